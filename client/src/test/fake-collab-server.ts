import { encodeSaved, isEmptyUpdate, messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  writeSyncStep1,
  writeSyncStep2,
  writeUpdate,
} from 'y-protocols/sync';
import * as Y from 'yjs';

/**
 * For tests: a server in memory that answers each socket by hand. It stores what arrives at once but acknowledges only
 * when told to, so that a test decides what is "saved".
 */
export class FakeServer {
  readonly doc = new Y.Doc();
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: typeof WebSocket;

  constructor() {
    const { doc, sockets } = this;
    // What the provider uses of a WebSocket is all that the fake one has.
    this.WebSocket = class extends FakeSocket {
      constructor(url: string | URL) {
        super(String(url), doc);
        sockets.push(this);
      }
    } as unknown as typeof WebSocket;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody connected');
    return socket;
  }

  get text(): string {
    return this.doc.getText('body').toJSON();
  }
}

export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readonly OPEN = 1;
  readyState = 0;
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  /** How many update messages came that an acknowledgement counts. */
  counted = 0;
  readonly url: string;
  readonly #doc: Y.Doc;

  constructor(url: string, doc: Y.Doc) {
    super();
    this.url = url;
    this.#doc = doc;
  }

  /** Accepts the connection and asks what the browser has. */
  open(): void {
    this.readyState = 1;
    this.onopen?.();
    this.dispatchEvent(new Event('open'));
  }

  /** Asks what the browser has, as every y-websocket server does once it has loaded the document. */
  ask(): void {
    this.#say((encoder) => writeSyncStep1(encoder, this.#doc));
  }

  /** Accepts, asks, and is done: what a healthy server does. */
  accept(): void {
    this.open();
    this.ask();
  }

  acknowledge(count = this.counted): void {
    this.#deliver(encodeSaved({ count, stateVector: Y.encodeStateVector(this.#doc) }));
  }

  /** What somebody else wrote. */
  relay(update: Uint8Array): void {
    this.#say((encoder) => writeUpdate(encoder, update));
  }

  /** The connection ends, with a code of the server or as if the cable was pulled. */
  cut(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
    this.dispatchEvent(new CloseEvent('close', { code }));
  }

  close(): void {
    this.readyState = 3;
  }

  send(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    if (decoding.readVarUint(decoder) !== messageType.sync) return;
    const step = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (step === messageYjsSyncStep1) {
      this.#say((encoder) => writeSyncStep2(encoder, this.#doc, payload));
    } else if (!(step === messageYjsSyncStep2 && isEmptyUpdate(payload))) {
      this.counted++;
      Y.applyUpdate(this.#doc, payload);
    }
  }

  #say(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, messageType.sync);
    write(encoder);
    this.#deliver(encoding.toUint8Array(encoder));
  }

  #deliver(bytes: Uint8Array): void {
    const data = bytes.slice().buffer;
    this.onmessage?.({ data });
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}
