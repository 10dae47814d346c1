import { abnormalClose, readyState, type Line, type OpenLine } from './line.ts';
import type { Transport, TransportKind } from './transport.svelte.ts';

type AnySocketParts = {
  transport: Pick<Transport, 'now' | 'opened' | 'failed'>;
  lines: Record<TransportKind, OpenLine>;
};

/** Milliseconds that a connection may take to open: some proxies neither let it through nor say so. */
const patience = 5000;
/** Of these, those at the end in which nothing is done but to hear what has arrived. */
const hearing = 250;

/**
 * What the provider takes for a WebSocket: it goes by websocket or over HTTP, whichever gets through, and tells the
 * transport which did.
 */
export const anySocket = ({ transport, lines }: AnySocketParts) =>
  class AnySocket {
    static readonly OPEN = readyState.open;
    readonly OPEN = readyState.open;
    binaryType: BinaryType = 'arraybuffer';
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    onerror: ((event: unknown) => void) | null = null;
    readonly #kind: TransportKind = transport.now;
    readonly #line: Line;
    #slow: ReturnType<typeof setTimeout>;
    #isOpening = true;
    #isOver = false;

    constructor(url: string) {
      this.#line = lines[this.#kind](url, {
        onopen: () => {
          if (this.#settle()) transport.opened(this.#kind, url);
          if (!this.#isOver) this.onopen?.();
        },
        onmessage: (data) => {
          if (!this.#isOver) this.onmessage?.({ data });
        },
        onclose: (close) => this.#end(close),
      });
      const giveUp = () => {
        this.#line.close();
        this.#end(abnormalClose);
      };
      // A page that was busy with a big document hears late that the connection opened: it is heard first.
      const hearFirst = () => (this.#slow = setTimeout(giveUp, hearing));
      this.#slow = setTimeout(hearFirst, patience - hearing);
    }

    get readyState(): number {
      return this.#isOver ? readyState.closed : this.#line.readyState;
    }

    send(frame: Uint8Array<ArrayBuffer>): void {
      this.#line.send(frame);
    }

    /** Closed on purpose, it says nothing about the network. */
    close(): void {
      this.#settle();
      this.#line.close();
    }

    #end(close: { code: number; reason: string }): void {
      if (this.#isOver) return;
      this.#isOver = true;
      if (this.#settle()) transport.failed(this.#kind);
      this.onclose?.(close);
    }

    /** True the first time: whether it opens is known from here on. */
    #settle(): boolean {
      const first = this.#isOpening;
      this.#isOpening = false;
      clearTimeout(this.#slow);
      return first;
    }
  };

/** Whether a connection opens at this address; it is closed at once. */
export function opens(url: string, open: OpenLine): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isOpen: boolean) => {
      clearTimeout(timer);
      resolve(isOpen);
      line.close();
    };
    const timer = setTimeout(() => done(false), patience);
    const line = open(url, { onopen: () => done(true), onmessage: () => {}, onclose: () => done(false) });
  });
}
