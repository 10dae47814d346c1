import { createCipheriv, createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dice, type Dice } from '../../../test/collab/dice.ts';
import { aSealedObject, opened } from '../../../test/sealed-object.ts';
import { plainPartBytes, sealedSize, segmentBytes } from './layout.ts';

const landmarks = [
  0,
  segmentBytes,
  2 * segmentBytes,
  plainPartBytes,
  plainPartBytes + segmentBytes,
  2 * plainPartBytes,
];

/** Often at a boundary, or next to one. */
const near = ({ roll, pick }: Dice, most: number): number =>
  Math.min(most, Math.max(0, roll(3) === 0 ? roll(most + 1) : pick(landmarks) + roll(5) - 2));

/** Bytes that can be made again, and that no other place has. */
function plainBytes(seed: number, size: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

test.each(Array.from({ length: 12 }, (_, at) => at + 1))(
  'whatever the size, the chunks, the interruptions and the ranges, the plain bytes come back (seed %i)',
  async (seed) => {
    const chance = dice(seed * 7919);
    const { roll } = chance;
    const size = near(chance, 2 * plainPartBytes + 3 * segmentBytes);
    const plain = plainBytes(seed, size);
    const interruptedAt = Array.from({ length: roll(6) }, () => near(chance, size)).toSorted((a, b) => a - b);
    const most = 500 + roll(200_000);
    const sealed = aSealedObject(plain, { interruptedAt, chunkBytes: () => 1 + roll(most) });
    expect(sealed.bytes).toHaveLength(sealedSize(size));

    const chunkBytes = 1000 + roll(200_000);
    const all = await opened(sealed, { chunkBytes });
    expect(all.error).toBeNull();
    expect(all.left.equals(plain)).toBe(true);
    for (let count = 0; count < 20; count++) {
      const [from = 0, to = 0] = [near(chance, size), near(chance, size)].toSorted((a, b) => a - b);
      const { left, error } = await opened(sealed, { range: { from, to }, chunkBytes });
      expect(error, `${from} to ${to}`).toBeNull();
      expect(left.equals(plain.subarray(from, to)), `${from} to ${to}`).toBe(true);
    }
  },
);
