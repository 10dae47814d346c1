import type { Writable } from 'node:stream';

/** Bytes of a message that is written from where it is; smaller ones are copied into one piece. */
const largeBytes = 16 * 1024;

/**
 * What a websocket sends in one turn of the event loop, written as one piece: a message that goes to a hundred people
 * costs each of them a few copied bytes, and a turn with many messages one call of the system. The frames are those of
 * RFC 6455: binary, whole, and unmasked, as everything from a server.
 */
export class Outbox {
  readonly #stream: Writable;
  readonly #isOpen: () => boolean;
  #messages: Uint8Array[] = [];
  #bytes = 0;

  /** Nothing is written once the socket is no longer open: its farewell is the last that it says. */
  constructor(stream: Writable, isOpen: () => boolean) {
    this.#stream = stream;
    this.#isOpen = isOpen;
  }

  /** Bytes that were not written yet. */
  get bytes(): number {
    return this.#bytes;
  }

  add(message: Uint8Array): void {
    if (this.#messages.length === 0) process.nextTick(write, this);
    this.#messages.push(message);
    this.#bytes += headerBytes(message.length) + message.length;
  }

  /** Writes what is there now, before anything else is written. */
  empty(): void {
    const messages = this.#messages;
    const bytes = this.#bytes;
    if (messages.length === 0) return;
    this.#messages = [];
    this.#bytes = 0;
    if (!this.#isOpen()) return;
    if (bytes < largeBytes) this.#stream.write(inOnePiece(messages, bytes));
    else this.#writeApart(messages);
  }

  #writeApart(messages: readonly Uint8Array[]): void {
    this.#stream.cork();
    for (const message of messages) {
      const header = Buffer.allocUnsafe(headerBytes(message.length));
      writeHeader(header, 0, message.length);
      this.#stream.write(header);
      this.#stream.write(message);
    }
    this.#stream.uncork();
  }
}

const write = (outbox: Outbox): void => outbox.empty();

function inOnePiece(messages: readonly Uint8Array[], bytes: number): Buffer {
  const piece = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const message of messages) {
    at = writeHeader(piece, at, message.length);
    piece.set(message, at);
    at += message.length;
  }
  return piece;
}

const headerBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** Writes the header of a frame and returns where the message goes. */
function writeHeader(to: Buffer, at: number, length: number): number {
  to[at] = 0x82;
  if (length < 126) {
    to[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    to[at + 1] = 126;
    return to.writeUInt16BE(length, at + 2);
  }
  to[at + 1] = 127;
  return to.writeBigUInt64BE(BigInt(length), at + 2);
}
