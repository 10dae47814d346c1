/**
 * Gives the memory of bytes back at once; nobody may look at them any more. What lies outside of its heap V8 gives back
 * only when it collects all of the heap, for each 32 MiB of it: with bytes that stream by, that is half of all the work.
 * Bytes that share their memory with others are left alone.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Pieces that are good until the next one is asked for: their memory is given back then. Nobody else may have them. */
export async function* lent(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    yield piece;
    release(piece);
  }
}
