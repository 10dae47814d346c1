import { headerOf, partSegments, passKey, saltBytes, sealedSegmentBytes, segmentBytes } from './layout.ts';
import { SealBroken } from './seal-broken.ts';
import { openSegment } from './segment.ts';
import type { FileIdentity, Pass } from './stored-file.ts';

/** `pass`: the one that sealed the tail. `plainBytes`: how many there must be. */
type Tail = { key: Uint8Array; identity: FileIdentity; pass: Pass; part: number; plainBytes: number };

/** The plain bytes of the segments that an interrupted upload kept, checked all of them. @throws SealBroken */
export function openTail(tail: Uint8Array, { key, identity, pass, part, plainBytes }: Tail): Buffer {
  const segments = plainBytes / segmentBytes;
  if (tail.length !== saltBytes + segments * sealedSegmentBytes) {
    throw new SealBroken(`A tail of ${plainBytes} bytes has ${tail.length} bytes.`);
  }
  if (!Buffer.from(pass.salt).equals(tail.subarray(0, saltBytes))) throw new SealBroken('The tail is of another pass.');
  const opening = { key: passKey(key, pass), header: headerOf(identity), isLast: false };
  const plain = Buffer.allocUnsafe(plainBytes);
  for (let index = 0; index < segments; index++) {
    const from = saltBytes + index * sealedSegmentBytes;
    const sealed = tail.subarray(from, from + sealedSegmentBytes);
    plain.set(openSegment(sealed, { ...opening, index: part * partSegments + index }), index * segmentBytes);
  }
  return plain;
}
