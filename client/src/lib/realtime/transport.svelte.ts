import { Handlers } from '#lib/api/handlers.ts';

export type TransportKind = 'websocket' | 'http';

/** Websockets that did not open before HTTP is tried. */
const failuresBeforeHttp = 2;
/** Milliseconds until websockets are tried again: at once, as the server may only have been away, and then seldom. */
const firstProbeAfter = 1000;
const probeEvery = 5 * 60_000;
const storageKey = 'cobench.transport';

type TransportParts = {
  /** Whether a websocket opens at this address. */
  probe: (url: string) => Promise<boolean>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
};

/**
 * How the documents of this tab reach the server: by websocket, or by plain HTTP where the network lets no websocket
 * through. It is remembered for the session of the tab, and doubted from time to time.
 */
export class Transport {
  now: TransportKind = $state('websocket');
  /** Documents are connected over HTTP, and websockets do not open: the network blocks them. */
  blocked = $state(false);
  /** Websockets open again: whoever is connected over HTTP may come over. */
  readonly onbetter = new Handlers();
  readonly #parts: TransportParts;
  #failures = 0;
  #probing: ReturnType<typeof setTimeout> | null = null;
  #url = '';

  constructor(parts: TransportParts) {
    this.#parts = parts;
    if (parts.storage.getItem(storageKey) === 'http') this.now = 'http';
  }

  /** A connection opened. */
  opened(kind: TransportKind, url: string): void {
    this.#failures = 0;
    if (kind === 'websocket') {
      this.#websocketsWork();
      return;
    }
    this.#url = url;
    this.#parts.storage.setItem(storageKey, 'http');
    if (this.#probing === null) this.#probeAfter(firstProbeAfter);
  }

  /** A connection did not open. */
  failed(kind: TransportKind): void {
    if (kind === 'http') {
      // Nothing gets through: the server is away rather than websockets blocked.
      this.now = 'websocket';
      this.#failures = failuresBeforeHttp - 1;
    } else if (++this.#failures >= failuresBeforeHttp) {
      this.now = 'http';
    }
  }

  /** Another network, perhaps: tries websockets again soon. */
  networkChanged(): void {
    if (this.#probing !== null) this.#probeAfter(firstProbeAfter);
  }

  #probeAfter(delay: number): void {
    if (this.#probing !== null) clearTimeout(this.#probing);
    this.#probing = setTimeout(() => void this.#probe(), delay);
  }

  async #probe(): Promise<void> {
    if (await this.#parts.probe(this.#url)) {
      this.#websocketsWork();
      this.onbetter.run();
    } else {
      this.blocked = true;
      this.#probeAfter(probeEvery);
    }
  }

  #websocketsWork(): void {
    if (this.#probing !== null) clearTimeout(this.#probing);
    this.#probing = null;
    this.now = 'websocket';
    this.blocked = false;
    this.#parts.storage.removeItem(storageKey);
  }
}
