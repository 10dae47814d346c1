import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { aSealedObject, opened } from '../../../test/sealed-object.ts';
import { plainPartBytes, sealedSize, segmentBytes } from './layout.ts';
import { Sealer } from './sealer.ts';

const sizes = [
  0,
  1,
  segmentBytes - 1,
  segmentBytes,
  segmentBytes + 1,
  5 * segmentBytes + 7,
  plainPartBytes - 1,
  plainPartBytes,
  plainPartBytes + 1,
  2 * plainPartBytes + segmentBytes,
];

test.each(sizes)('a file of %i bytes is sealed in the size that was told, and comes back', async (size) => {
  const plain = randomBytes(size);
  const sealed = aSealedObject(plain);
  expect(sealed.bytes).toHaveLength(sealedSize(size));
  const { left, error } = await opened(sealed);
  expect(error).toBeNull();
  expect(left.equals(plain)).toBe(true);
});

test('parts say where they lie, hold 8 MiB of the file each, and the last what is left', () => {
  const { parts } = aSealedObject(randomBytes(2 * plainPartBytes + 5));
  expect(parts.map(({ index, plainBytes }) => [index, plainBytes])).toEqual([
    [0, plainPartBytes],
    [1, plainPartBytes],
    [2, 5],
  ]);
  let end = 0;
  for (const { offset, bytes } of parts) {
    expect(offset).toBe(end);
    end += bytes.length;
  }
});

test('parts that are sealed in place of those that are stored are the same', () => {
  const { key, stored } = aSealedObject(Buffer.alloc(0));
  const pass = { fromPart: 0, salt: randomBytes(16) };
  const plain = randomBytes(4 * plainPartBytes + 5);
  const parts = (reuses: boolean): Buffer[] => {
    const sealer = new Sealer({ key, identity: stored, ...pass });
    const kept: Buffer[] = [];
    for (let at = 0; at < plain.length; at += 60_000) {
      for (const part of sealer.push(plain.subarray(at, at + 60_000))) {
        kept.push(Buffer.from(part.bytes));
        if (reuses) sealer.reuse(part);
      }
    }
    return [...kept, Buffer.from(sealer.finish().bytes)];
  };
  expect(Buffer.concat(parts(true)).equals(Buffer.concat(parts(false)))).toBe(true);
});

test('an upload that was interrupted goes on with what its tail kept', async () => {
  const plain = randomBytes(2 * plainPartBytes + 300_000);
  const stops = [100, segmentBytes, 3 * segmentBytes + 5, plainPartBytes, plainPartBytes + 2 * segmentBytes + 1];
  const sealed = aSealedObject(plain, { interruptedAt: stops });
  expect(sealed.stored.passes.map(({ fromPart }) => fromPart)).toEqual([0, 1]);
  const { left, error } = await opened(sealed);
  expect(error).toBeNull();
  expect(left.equals(plain)).toBe(true);
});

test('a tail holds whole segments only, also where the part is full and nothing follows yet', () => {
  const { key, stored } = aSealedObject(Buffer.alloc(0));
  const sealer = new Sealer({ key, identity: stored, salt: randomBytes(16), fromPart: 0 });
  const tailBytes = () => sealer.tail()?.plainBytes ?? null;
  expect(tailBytes()).toBeNull();
  sealer.push(Buffer.alloc(segmentBytes - 1));
  expect(tailBytes()).toBeNull();
  sealer.push(Buffer.alloc(1));
  expect(tailBytes()).toBe(segmentBytes);
  expect(sealer.push(Buffer.alloc(plainPartBytes - segmentBytes))).toEqual([]);
  expect(tailBytes()).toBe(plainPartBytes);
  expect(sealer.push(Buffer.alloc(1))).toHaveLength(1);
  expect(tailBytes()).toBeNull();
});

test.each([
  [0, 1],
  [70_000, 70_001],
  [segmentBytes, 2 * segmentBytes],
  [segmentBytes - 1, segmentBytes + 1],
  [plainPartBytes - 10, plainPartBytes + 10],
  [plainPartBytes, plainPartBytes + 1],
  [plainPartBytes + 99_999, plainPartBytes + 100_000],
  [500, 500],
])('bytes %i to %i are read alone', async (from, to) => {
  const plain = randomBytes(plainPartBytes + 100_000);
  const { left, error } = await opened(aSealedObject(plain), { range: { from, to } });
  expect(error).toBeNull();
  expect(left.equals(plain.subarray(from, to))).toBe(true);
});

test('a range that the file does not have is refused', async () => {
  const sealed = aSealedObject(randomBytes(10));
  for (const range of [
    { from: 0, to: 11 },
    { from: -1, to: 2 },
    { from: 5, to: 4 },
    { from: Number.NaN, to: 4 },
  ]) {
    expect((await opened(sealed, { range })).error).toBeInstanceOf(RangeError);
  }
});

test('after the end nothing is sealed any more', () => {
  const { key, stored } = aSealedObject(Buffer.alloc(0));
  const sealer = new Sealer({ key, identity: stored, salt: randomBytes(16), fromPart: 0 });
  sealer.finish();
  for (const act of [() => sealer.push(Buffer.alloc(1)), () => sealer.finish(), () => sealer.tail()]) {
    expect(act).toThrow('sealed to its end');
  }
});
