import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeCode, encodeClose } from '@cobench/shared/realtime/collab';
import type { Socket } from 'engine.io';
import type { Wire } from './connection.ts';
import { maxPostPackets, maxUpdateBytes } from './limits.ts';
import type { Listener } from './socket.ts';

/** How long (milliseconds) who was told to go may take to fetch that. */
const farewellMs = 5000;
const packetSeparator = '\u001e';

/** One person's connection to one document over HTTP: to the room a socket like any other. */
export class PollingSession implements Wire {
  readonly #socket: Socket;
  readonly #listener: Listener;
  /** Bytes that wait for the person to ask for them. */
  #unsent = 0;
  /** Requests that bring frames and are not answered; a client sends one after the other. */
  #posts = 0;
  #held: (() => void) | null = null;
  #paused = false;
  #leaving = false;
  /** It has fetched why it must go. */
  #told = false;

  constructor(socket: Socket, welcome: (wire: Wire) => Listener) {
    this.#socket = socket;
    // All that waits goes with the answer to one request.
    socket.on('flush', () => {
      this.#unsent = 0;
      this.#listener.drained();
    });
    this.#listener = welcome(this);
    socket.on('message', (data: unknown) => this.#receive(data));
    socket.on('close', () => this.#listener.gone());
  }

  /** Takes a request that brings frames; while the connection is read no further, the request waits unread. */
  post(req: IncomingMessage, res: ServerResponse, take: () => void): void {
    this.#posts++;
    res.once('close', () => {
      this.#posts--;
      this.#held = null;
      if (res.statusCode === 413) this.#end(closeCode.tooBig, 'frame too large');
      else this.#part();
    });
    const taken = (): void => {
      limitPackets(req);
      take();
    };
    if (this.#paused && !this.#held) this.#held = taken;
    else taken();
  }

  send(message: Uint8Array): void {
    this.#unsent += message.length;
    this.#socket.send(message);
  }

  close(code: number, reason: string): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#socket.send(encodeClose(code, reason), undefined, () => {
      this.#told = true;
      this.#part();
    });
    this.resume();
    const impatience = setTimeout(() => this.#socket.close(true), farewellMs);
    this.#socket.once('close', () => clearTimeout(impatience));
  }

  unsentBytes(): number {
    return this.#unsent;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const held = this.#held;
    this.#held = null;
    held?.();
  }

  #receive(data: unknown): void {
    if (this.#leaving) return;
    if (!Buffer.isBuffer(data)) return this.#listener.receive(new Uint8Array());
    if (data.length > maxUpdateBytes) return this.#end(closeCode.tooBig, 'frame too large');
    this.#listener.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** engine.io would cut off a request that is still coming, and the person might hear of that before they hear why. */
  #part(): void {
    if (this.#told && this.#posts === 0) this.#socket.close(true);
  }

  #end(code: number, reason: string): void {
    this.#listener.gone();
    this.close(code, reason);
  }
}

/** Ends a request that would be taken apart into more packets than any editor sends at once. */
function limitPackets(req: IncomingMessage): void {
  let packets = 1;
  req.on('data', (chunk: Buffer | string) => {
    const text = String(chunk);
    for (let at = text.indexOf(packetSeparator); at >= 0; at = text.indexOf(packetSeparator, at + 1)) packets++;
    if (packets > maxPostPackets) req.destroy();
  });
}
