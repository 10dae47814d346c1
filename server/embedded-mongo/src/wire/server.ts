import { chmodSync, rmSync } from 'node:fs';
import net from 'node:net';
import { serveConnection, type Answer } from './connection.ts';

/** Where to listen: a unix socket that only its owner may use, or a port of this machine (0: any free one). */
export type Place = { socket: string } | { port: number };

export type Listener = {
  /** Such as `mongodb://127.0.0.1:27017/?directConnection=true`. */
  url: string;
  /** Such as `127.0.0.1:27017`, what hello calls this member of the set. */
  address: string;
  close(): Promise<void>;
};

const MAX_CONNECTIONS = 1000;

/** Listens and serves; `gone` hears of each connection that ended. Rejects when the place is taken. */
export async function listen(place: Place, answer: Answer, gone: (connectionId: number) => void): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const id = ++count;
    socket.on('close', () => {
      sockets.delete(socket);
      gone(id);
    });
    serveConnection(socket, id, answer);
  });
  server.maxConnections = MAX_CONNECTIONS;

  // The lock on the data file has already shown that no other engine lives: a socket file left behind is a corpse.
  if ('socket' in place) rmSync(place.socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if ('socket' in place) server.listen(place.socket, resolve);
    else server.listen(place.port, '127.0.0.1', resolve);
  });
  if ('socket' in place) chmodSync(place.socket, 0o600);

  const bound = server.address();
  const address = bound !== null && typeof bound === 'object' ? `127.0.0.1:${bound.port}` : String(bound);
  const host = 'socket' in place ? encodeURIComponent(place.socket) : address;
  return {
    url: `mongodb://${host}/?directConnection=true`,
    address,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
