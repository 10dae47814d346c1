import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A server that has its port and says "starting" until `serve` gives it something to serve. */
export type Listening = { http: Server; serve(handler: (req: IncomingMessage, res: ServerResponse) => void): void };

/** @throws what `listen` throws: the port is taken, or may not be used. */
export async function listen({ port, host }: { port: number; host: string }): Promise<Listening> {
  const http = createServer();
  http.on('request', starting);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  return {
    http,
    serve(handler) {
      http.off('request', starting);
      http.on('request', handler);
    },
  };
}

function starting(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain' }).end('Cobench is starting.\n');
}
