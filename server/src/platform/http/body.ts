import type { IncomingMessage } from 'node:http';
import { Fault } from '../fault.ts';

/** Reads a body of at most so many bytes. @throws Fault `input.too-large` */
export type ReadBody = (mostBytes: number) => Promise<Buffer>;

/** The body as it came; no more of it is read than may be. @throws Fault `input.too-large`, `input.malformed` where it broke off */
export async function bodyOf(req: IncomingMessage, mostBytes: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > mostBytes) throw new Fault('input.too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw new Fault('input.too-large');
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('input.malformed', { cause });
  }
  return Buffer.concat(chunks);
}
