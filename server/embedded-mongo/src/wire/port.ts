import type { MessagePort } from 'node:worker_threads';
import { asBuffer } from '../bson/decode.ts';
import type { Answer } from './connection.ts';

/** What an OP_MSG holds: the command, and the documents that it inserts beside it. All BSON. */
type PortRequest = { id: number; body: Uint8Array; documents: readonly Uint8Array[] };
type PortReply = { id: number; reply: Uint8Array };

/** No socket has this number: they are counted from one. */
const CONNECTION_ID = 0;

/** Answers the commands of this very process. They come in at once, and are answered as they become durable. */
export function servePort(port: MessagePort, answer: Answer): void {
  port.on('message', ({ id, body, documents }: PortRequest) => {
    const send = (reply: Uint8Array): void => port.postMessage({ id, reply: ofItsOwn(reply) } satisfies PortReply);
    const sequences = new Map([['documents', documents.map(asBuffer)]]);
    const answered = answer({ id, legacy: false, silent: false, body: asBuffer(body), sequences }, CONNECTION_ID);
    if (answered instanceof Promise) void answered.then(send);
    else send(answered);
  });
}

/** The other end: asks, and tells each answer to whoever asked for it. */
export class PortCaller {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  #last = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', ({ id, reply }: PortReply) => {
      this.#waiting.get(id)?.resolve(reply);
      this.#waiting.delete(id);
    });
    port.on('close', () => this.#close());
  }

  /** Rejects when the other end is closed, or closes before it has answered. */
  call(body: Uint8Array, documents: readonly Uint8Array[]): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(isClosed());
    const id = ++this.#last;
    const called = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, called);
    const request = { id, body: ofItsOwn(body), documents: documents.map(ofItsOwn) } satisfies PortRequest;
    this.#port.postMessage(request, []);
    return called.promise;
  }

  #close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(isClosed());
    this.#waiting.clear();
  }
}

const isClosed = (): Error => new Error('the database is closed');

/** A message is copied with all that lies in the same memory, such as Node's pool of small buffers. */
const ofItsOwn = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
