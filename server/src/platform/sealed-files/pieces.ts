import type { Readable } from 'node:stream';
import { release } from '../release.ts';
import { SealBroken } from './seal-broken.ts';

/**
 * Reads a stream in pieces of the lengths that are asked for, whatever it comes in. A piece is good until the next one is
 * asked for. @throws SealBroken where the stream ends too early
 */
export function piecesOf(stream: Readable): (bytes: number) => Promise<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  let taken = 0;
  let gathered = Buffer.alloc(0);

  return async (bytes) => {
    if (chunk.length - taken >= bytes) return take(bytes);
    if (gathered.length < bytes) gathered = Buffer.allocUnsafeSlow(bytes);
    let filled = 0;
    while (filled < bytes) {
      if (chunk.length === taken) await next();
      const some = take(Math.min(bytes - filled, chunk.length - taken));
      gathered.set(some, filled);
      filled += some.length;
    }
    return gathered.subarray(0, bytes);
  };

  async function next(): Promise<void> {
    const { done, value } = await chunks.next();
    if (done) throw new SealBroken('The object ends too early.');
    release(chunk);
    [chunk, taken] = [value, 0];
  }

  function take(bytes: number): Uint8Array {
    taken += bytes;
    return chunk.subarray(taken - bytes, taken);
  }
}
