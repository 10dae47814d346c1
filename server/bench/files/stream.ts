import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';

type Request = { url: URL; method: string; headers?: Record<string, string> };

/** Some megabytes that nothing compresses, sent again and again: they are made once. */
const some = randomBytes(4 * 2 ** 20);

/** Sends so many bytes, only as fast as they are taken. Answers the status, the headers and bytes per second. */
export async function sendBytes({ url, method, headers = {} }: Request, size: number) {
  const began = performance.now();
  const req = request(url, { method, headers: { ...headers, 'content-length': String(size) } });
  const answered = once(req, 'response') as Promise<[IncomingMessage]>;
  for (let sent = 0; sent < size;) {
    const chunk = some.subarray(0, Math.min(64 * 1024, size - sent));
    sent += chunk.length;
    if (!req.write(chunk)) await once(req, 'drain');
  }
  req.end();
  const [response] = await answered;
  await drained(response);
  if ((response.statusCode ?? 500) >= 300)
    throw new Error(`${method} ${url.pathname} answered ${response.statusCode}.`);
  return { headers: response.headers, perSecond: (size / (performance.now() - began)) * 1000 };
}

/** Reads all that is answered. Answers bytes per second, and milliseconds until the first one came. */
export async function readBytes({ url, headers = {} }: Omit<Request, 'method'>) {
  const began = performance.now();
  const req = request(url, { headers }).end();
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  if ((response.statusCode ?? 500) >= 300) throw new Error(`GET ${url.pathname} answered ${response.statusCode}.`);
  let firstMs = 0;
  response.once('data', () => (firstMs = performance.now() - began));
  const size = await drained(response);
  return { size, firstMs, perSecond: (size / (performance.now() - began)) * 1000 };
}

function drained(response: IncomingMessage): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    response.on('data', (chunk: Buffer) => (size += chunk.length));
    response.once('end', () => resolve(size)).once('error', reject);
  });
}
