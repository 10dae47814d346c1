import type { Readable } from 'node:stream';
import { SealBroken } from './seal-broken.ts';

/**
 * Reads a stream in pieces of the lengths that are asked for, whatever it comes in. A piece is good until the next one is
 * asked for. @throws SealBroken where the stream ends too early
 */
export function piecesOf(stream: Readable): (bytes: number) => Promise<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  let gathered = Buffer.alloc(0);

  return async (bytes) => {
    if (chunk.length >= bytes) return take(bytes);
    if (gathered.length < bytes) gathered = Buffer.allocUnsafeSlow(bytes);
    let filled = 0;
    while (filled < bytes) {
      if (chunk.length === 0) {
        const next = await chunks.next();
        if (next.done) throw new SealBroken('The object ends too early.');
        chunk = next.value;
      }
      const taken = take(Math.min(bytes - filled, chunk.length));
      gathered.set(taken, filled);
      filled += taken.length;
    }
    return gathered.subarray(0, bytes);
  };

  function take(bytes: number): Uint8Array {
    const taken = chunk.subarray(0, bytes);
    chunk = chunk.subarray(bytes);
    return taken;
  }
}
