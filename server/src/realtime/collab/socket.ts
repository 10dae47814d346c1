import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Wire } from './connection.ts';
import { Outbox } from './outbox.ts';

/** A websocket as a connection sees it; `stream` is what is under the socket. */
export function wireOf(socket: WebSocket, stream: Duplex): Wire {
  const outbox = new Outbox(stream, () => socket.readyState === socket.OPEN);
  return {
    send: (message) => outbox.add(message),
    close(code, reason) {
      outbox.empty();
      // A paused socket would never see the other side agree.
      socket.resume();
      socket.close(code, reason);
    },
    unsentBytes: () => stream.writableLength + outbox.bytes,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

/** A failed send is followed by the socket's `close`, where it is dealt with. */
const noticed = (): void => undefined;

/** Who is told what a socket brings. */
export type Listener = { receive(frame: Uint8Array): void; drained(): void; gone(): void };

/** Hands over what a socket brings, until it is gone. What is no binary frame, and any error of the socket, ends it. */
export function listen(socket: WebSocket, stream: Duplex, listener: Listener): void {
  stream.on('drain', () => listener.drained());
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const frame = isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array();
    listener.receive(frame);
  });
  // ws closes the socket itself; without a listener the process would end.
  socket.on('error', () => undefined);
  socket.on('close', () => listener.gone());
}

const heartbeatMs = 25_000;

/** Pings sockets, and ends those that did not answer the last one: their computer slept or lost its network. */
export class Heartbeat {
  readonly #sockets = new Map<WebSocket, { alive: boolean }>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = heartbeatMs) {
    this.#timer = setInterval(() => this.#beat(), everyMs).unref();
  }

  watch(socket: WebSocket): void {
    const pulse = { alive: true };
    this.#sockets.set(socket, pulse);
    socket.on('pong', () => {
      pulse.alive = true;
    });
    socket.on('close', () => this.#sockets.delete(socket));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    for (const [socket, pulse] of this.#sockets) {
      if (!pulse.alive) socket.terminate();
      pulse.alive = false;
      if (socket.readyState === socket.OPEN) socket.ping(noticed);
    }
  }
}
