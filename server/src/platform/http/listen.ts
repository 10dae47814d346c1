import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A server that has its port and says "starting" until `serve` gives it something to serve. */
export type Listening = {
  http: Server;
  serve(handler: (req: IncomingMessage, res: ServerResponse) => void): void;
  /** Takes no new connection, waits a little for open requests, then lets go of the port. */
  close(): Promise<void>;
};

const patienceMs = 5000;

/** @throws what `listen` throws: the port is taken, or may not be used. */
export async function listen({ port, host }: { port: number; host: string }): Promise<Listening> {
  let handler = starting;
  // One listener for life: socket.io keeps those it finds.
  const http = createServer((req, res) => handler(req, res));
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

function starting(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain' }).end('Cobench is starting.\n');
}
