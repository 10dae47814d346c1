import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A server that has its port; who comes before `serve` gives it something to serve waits, as for a slow answer. */
export type Listening = {
  http: Server;
  serve(handler: (req: IncomingMessage, res: ServerResponse) => void): void;
  /** Takes no new connection, waits a little for open requests, then lets go of the port. */
  close(): Promise<void>;
};

const patienceMs = 5000;
const mostGuests = 1000;

/** @throws what `listen` throws: the port is taken, or may not be used. */
export async function listen({ port, host }: { port: number; host: string }): Promise<Listening> {
  const early = new EarlyGuests();
  let handler = early.request;
  // One listener for life: socket.io keeps those it finds.
  // A file may take hours to arrive; who reads a body watches for senders that are gone.
  const http = createServer({ requestTimeout: 0 }, (req, res) => handler(req, res));
  http.on('upgrade', early.upgrade);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  return {
    http,
    serve(next) {
      handler = next;
      http.off('upgrade', early.upgrade);
      early.enter(http);
    },
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeIdleConnections();
      const impatience = setTimeout(() => http.closeAllConnections(), patienceMs);
      await closed;
      clearTimeout(impatience);
    },
  };
}

/** Requests that came during the start. More than a laboratory sends in that time are told to come back. */
class EarlyGuests {
  #waiting: ((http: Server) => void)[] = [];

  readonly request = (req: IncomingMessage, res: ServerResponse): void => {
    if (this.#waiting.length < mostGuests) this.#waiting.push((http) => void http.emit('request', req, res));
    else res.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain' }).end('Cobench is starting.\n');
  };

  readonly upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Without a listener, a connection that breaks now would end the process.
    socket.on('error', () => socket.destroy());
    if (this.#waiting.length < mostGuests) this.#waiting.push((http) => void http.emit('upgrade', req, socket, head));
    else socket.destroy();
  };

  enter(http: Server): void {
    for (const enter of this.#waiting.splice(0)) enter(http);
  }
}
