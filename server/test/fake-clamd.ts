import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What the daemon does with what it got: the text of an answer, or null to say nothing. */
type Answer = (bytes: Buffer) => string | null;

/** The protocol of clamd's INSTREAM on a port, with the test's answers; `seen` are the streams that came whole. */
export async function startClamd(answer: Answer, { largest = Infinity } = {}) {
  const seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    talk(socket).catch(() => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function talk(socket: Socket): Promise<void> {
    let waiting = Buffer.alloc(0);
    const chunks: Buffer[] = [];
    let isStream = false;
    for await (const more of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      waiting = Buffer.concat([waiting, more]);
      if (!isStream) {
        const command = waiting.subarray(0, waiting.indexOf(0)).toString();
        if (command === 'zPING') return void socket.end('PONG\0');
        if (!waiting.includes(0)) continue;
        waiting = waiting.subarray(waiting.indexOf(0) + 1);
        isStream = true;
      }
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
        const length = waiting.readUInt32BE();
        if (length === 0) {
          const bytes = Buffer.concat(chunks);
          seen.push(bytes);
          const said = answer(bytes);
          if (said !== null) socket.end(`${said}\0`);
          return;
        }
        chunks.push(waiting.subarray(4, 4 + length));
        waiting = waiting.subarray(4 + length);
        if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) > largest) {
          return void socket.end('INSTREAM size limit exceeded. ERROR\0');
        }
      }
    }
  }

  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    seen,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
