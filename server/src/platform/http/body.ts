import type { IncomingMessage } from 'node:http';
import { Fault } from '../fault.ts';
import { requestBytes } from './request-bytes.ts';

/** Reads a body of at most so many bytes. @throws Fault `input.too-large` */
export type ReadBody = (mostBytes: number) => Promise<Buffer>;

/** The body as it came; no more of it is read than may be. @throws Fault `input.too-large`, `input.malformed` where it broke off */
export async function bodyOf(req: IncomingMessage, mostBytes: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > mostBytes) throw new Fault('input.too-large');
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of requestBytes(req)) {
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
