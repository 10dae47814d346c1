import { createDecipheriv, type KeyObject } from 'node:crypto';
import { algorithm, nonceOf, tagBytes } from './layout.ts';
import { SealBroken } from './seal-broken.ts';

/** What must have been known to seal a segment. `index`: of the segment in its file. */
type Segment = { key: KeyObject; header: Uint8Array; index: number; isLast: boolean };

/** The plain bytes of a sealed segment. @throws SealBroken before any of them is answered */
export function openSegment(sealed: Uint8Array, { key, header, index, isLast }: Segment): Buffer {
  const decipher = createDecipheriv(algorithm, key, nonceOf(index, isLast), { authTagLength: tagBytes })
    .setAAD(header)
    .setAuthTag(sealed.subarray(-tagBytes));
  const plain = decipher.update(sealed.subarray(0, -tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken(`Segment ${index} is not as it was sealed.`, { cause });
  }
  return plain;
}
