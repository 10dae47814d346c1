import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aSealedObject, opened, type SealedObject } from '../../../test/sealed-object.ts';
import { newId } from '../new-id.ts';
import { plainPartBytes, sealedSegmentBytes, segmentBytes, segmentOffset } from './layout.ts';
import { SealBroken } from './seal-broken.ts';
import { newSalt, Sealer } from './sealer.ts';
import { openTail } from './tail.ts';

const parts = 3;
const plain = randomBytes((parts - 1) * plainPartBytes + 3 * segmentBytes + 1000);
const size = plain.length;
const key = randomBytes(32);
const identity = { orgId: newId(), fileId: newId(), version: 2 };
const whole = aSealedObject(plain, { ...identity, key, interruptedAt: [plainPartBytes + 5 * segmentBytes] });
const segments = Math.ceil(size / segmentBytes);
const lastOffset = segmentOffset(segments - 1);
const [partOne, partTwo] = [segmentOffset(128) - 16, segmentOffset(256) - 16];

/** It is refused, and what left before that is the beginning of the true file, and not all of it. */
async function expectRefused(object: Pick<SealedObject, 'key' | 'stored' | 'bytes'>, how?: string): Promise<Buffer> {
  const { left, error } = await opened(object);
  expect(error, how).toBeInstanceOf(SealBroken);
  expect(left.length, how).toBeLessThan(size);
  expect(left.equals(plain.subarray(0, left.length)), how).toBe(true);
  return left;
}
function present<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw new Error('It should be there.');
  return thing;
}
const withBytes = (bytes: Buffer) => ({ ...whole, bytes });
const without = (from: number, to: number) =>
  withBytes(Buffer.concat([whole.bytes.subarray(0, from), whole.bytes.subarray(to)]));

function flipped(at: number): Buffer {
  const bytes = Buffer.from(whole.bytes);
  bytes[at] = Number(bytes[at]) ^ 0x10;
  return bytes;
}

/** Puts these bytes of the object, or of another one, in the place of others. */
function moved(from: { at: number; length: number; of?: Buffer }, at: number): Buffer {
  const bytes = Buffer.from(whole.bytes);
  (from.of ?? whole.bytes).copy(bytes, at, from.at, from.at + from.length);
  return bytes;
}

function swapped(one: number, other: number, length: number): Buffer {
  const bytes = moved({ at: one, length }, other);
  whole.bytes.copy(bytes, one, other, other + length);
  return bytes;
}

test('what nobody touched opens', async () => {
  const { left, error } = await opened(whole);
  expect(error).toBeNull();
  expect(left.equals(plain)).toBe(true);
  expect(whole.stored.passes.map(({ fromPart }) => fromPart)).toEqual([0, 1]);
});

test('a flipped bit anywhere in the header stops it before a byte leaves', async () => {
  const bytes = Buffer.from(whole.bytes);
  for (let at = 0; at < 64; at++) {
    bytes[at] = Number(bytes[at]) ^ 0x10;
    expect(await expectRefused(withBytes(bytes), `byte ${at}`)).toHaveLength(0);
    bytes[at] = Number(bytes[at]) ^ 0x10;
  }
});

test.each([
  ['the salt of the first part', 64, 0],
  ['the first segment', segmentOffset(0), 0],
  ['the middle of a segment', segmentOffset(1) + 30_000, segmentBytes],
  ['the tag of a segment', segmentOffset(2) - 1, segmentBytes],
  ['the salt of the second part', partOne + 8, plainPartBytes],
  ['the first segment of the second part', segmentOffset(128), plainPartBytes],
  ['the last segment', lastOffset + 5, (segments - 1) * segmentBytes],
  ['the last tag', whole.bytes.length - 1, (segments - 1) * segmentBytes],
])('a flipped bit in %s stops it there', async (_where, at, before) => {
  expect(await expectRefused(withBytes(flipped(at)))).toHaveLength(before);
});

test.each([
  ['to nothing', 0],
  ['within the header', 40],
  ['behind the header', 64],
  ['within a salt', partOne + 7],
  ['within a segment', segmentOffset(5) + 1000],
  ['at the end of a segment', segmentOffset(6)],
  ['at the end of a part', partOne],
  ['before the last segment', lastOffset],
  ['by one byte', whole.bytes.length - 1],
])('cut off %s nothing leaves, whoever cut adjusts the size or not', async (_where, length) => {
  const bytes = whole.bytes.subarray(0, length);
  expect(await expectRefused(withBytes(bytes))).toHaveLength(0);
  // The size that was written down is made to fit: the last segment is missed.
  const tags = Math.max(0, Math.floor((length - 64) / sealedSegmentBytes));
  for (const shorter of [tags * segmentBytes, Math.max(0, length - 64 - 16 - tags * 16)]) {
    await expectRefused({ ...withBytes(bytes), stored: { ...whole.stored, size: shorter } });
  }
});

test.each([
  ['a segment', segmentOffset(3), sealedSegmentBytes, segmentBytes],
  ['the last segment', lastOffset, whole.bytes.length - lastOffset, size - (segments - 1) * segmentBytes],
  ['a part', partOne, partTwo - partOne, plainPartBytes],
  ['the first part', 64, partOne - 64, plainPartBytes],
  ['the last part', partTwo, whole.bytes.length - partTwo, size - 2 * plainPartBytes],
])('%s left out is missed, whoever took it adjusts the size or not', async (_what, at, length, plainLength) => {
  const dropped = without(at, at + length);
  expect(await expectRefused(dropped)).toHaveLength(0);
  await expectRefused({ ...dropped, stored: { ...whole.stored, size: size - plainLength } });
});

test.each([
  ['a segment in the place of the next', moved({ at: segmentOffset(3), length: sealedSegmentBytes }, segmentOffset(4))],
  [
    'a segment in the place of one of another part',
    moved({ at: segmentOffset(3), length: sealedSegmentBytes }, segmentOffset(131)),
  ],
  ['two segments swapped', swapped(segmentOffset(3), segmentOffset(4), sealedSegmentBytes)],
  ['two parts swapped, salts and all', swapped(80 - 16, partOne, partTwo - partOne)],
  ['a part in the place of the next', moved({ at: 64, length: partTwo - partOne }, partOne)],
])('%s is noticed', async (_what, bytes) => {
  expect((await expectRefused(withBytes(bytes))).length).toBeLessThan(size);
});

test.each([
  ['a byte', Buffer.alloc(1)],
  ['the last segment once more', whole.bytes.subarray(lastOffset)],
  ['a part once more', whole.bytes.subarray(partOne, partTwo)],
  ['the whole file once more', whole.bytes],
])('%s appended is noticed before a byte leaves', async (_what, more) => {
  const longer = withBytes(Buffer.concat([whole.bytes, more]));
  expect(await expectRefused(longer)).toHaveLength(0);
  const tags = Math.ceil(more.length / sealedSegmentBytes);
  const adjusted = { ...whole.stored, size: size + Math.max(1, more.length - tags * 16) };
  await expectRefused({ ...longer, stored: adjusted });
});

describe('another blob in its place', () => {
  const theirs = randomBytes(size);

  test.each([
    ['of another file', { fileId: newId() }],
    ['of another organisation', { orgId: newId() }],
    ['of an older version of the same file', { version: 1 }],
  ])('%s is refused, were it even sealed under the same key', async (_whose, other) => {
    const blob = aSealedObject(theirs, { ...identity, ...other, key });
    expect((await opened(blob)).left.equals(theirs)).toBe(true);
    expect(await expectRefused(withBytes(blob.bytes))).toHaveLength(0);
    // Under its own header, with the salts that belong to it.
    const asOurs = { ...blob, stored: { ...whole.stored, passes: blob.stored.passes } };
    expect(await expectRefused(asOurs)).toHaveLength(0);
    const header = Buffer.concat([whole.bytes.subarray(0, 64), blob.bytes.subarray(64)]);
    expect(await expectRefused({ ...asOurs, bytes: header })).toHaveLength(0);
    // A single segment of it.
    const segment = { at: segmentOffset(7), length: sealedSegmentBytes, of: blob.bytes };
    await expectRefused(withBytes(moved(segment, segmentOffset(7))));
  });

  test('sealed under another key is refused, though it says to be this file', async () => {
    const blob = aSealedObject(theirs, identity);
    expect(await expectRefused(withBytes(blob.bytes))).toHaveLength(0);
    expect(await expectRefused({ ...blob, key })).toHaveLength(0);
  });
});

test('parts that an interrupted pass had sealed of this very file are not taken once a later pass has sealed others', async () => {
  const other = randomBytes(size);
  const salt = newSalt();
  const earlier = new Sealer({ key, identity, salt, fromPart: 0 });
  const old = earlier.push(other);
  const one = present(old[1]);
  expect(one.bytes).toHaveLength(partTwo - partOne);
  const resumed = aSealedObject(plain, { ...identity, key });
  const first = present(resumed.stored.passes[0]);
  const put = (at: number, bytes: Uint8Array) => {
    const changed = Buffer.from(resumed.bytes);
    changed.set(bytes, at);
    return changed;
  };
  // As it is, and with a row that names the old pass for it, at the beginning of any pass that could be told of.
  await expectRefused({ ...resumed, bytes: put(one.offset, one.bytes) });
  const passes = [first, { fromPart: 1, salt }, { ...first, fromPart: 2 }];
  await expectRefused({ ...resumed, stored: { ...resumed.stored, passes }, bytes: put(one.offset, one.bytes) });
});

test('a row that tells of passes otherwise, or of none, opens nothing of what they sealed', async () => {
  const [first, second] = [present(whole.stored.passes[0]), present(whole.stored.passes[1])];
  for (const passes of [
    [],
    [second],
    [first],
    [second, first],
    [first, { ...second, fromPart: 2 }],
    [{ ...second, fromPart: 0 }],
  ]) {
    const left = await expectRefused({ ...whole, stored: { ...whole.stored, passes } });
    expect(left.length).toBeLessThanOrEqual(plainPartBytes);
  }
});

test('a range is judged by the segments that it lies in: what is wrong there stops it, what is elsewhere was not asked for', async () => {
  const range = { from: 2 * segmentBytes - 10, to: 3 * segmentBytes + 10 };
  const wanted = plain.subarray(range.from, range.to);
  expect((await opened(whole, { range })).left.equals(wanted)).toBe(true);
  expect((await opened(withBytes(flipped(segmentOffset(9))), { range })).left.equals(wanted)).toBe(true);
  const hit = await opened(withBytes(flipped(segmentOffset(1) + 3)), { range });
  expect([hit.left.length, hit.error]).toEqual([0, expect.any(SealBroken)]);
  const later = await opened(withBytes(flipped(segmentOffset(3) + 3)), { range });
  expect(later.error).toBeInstanceOf(SealBroken);
  expect(later.left.equals(wanted.subarray(0, 10 + segmentBytes))).toBe(true);
  for (const bytes of [whole.bytes.subarray(0, lastOffset), Buffer.concat([whole.bytes, Buffer.alloc(1)])]) {
    const resized = await opened(withBytes(bytes), { range });
    expect([resized.left.length, resized.error]).toEqual([0, expect.any(SealBroken)]);
  }
});

describe('the tail of an interrupted upload', () => {
  const pass = { fromPart: 0, salt: newSalt() };
  const sealer = new Sealer({ key, identity, ...pass });
  sealer.push(plain.subarray(0, 3 * segmentBytes + 50));
  const tail = present(sealer.tail());
  const opening = { key, identity, pass, ...tail };

  test('opens as it was', () => {
    expect(tail.plainBytes).toBe(3 * segmentBytes);
    expect(openTail(tail.bytes, opening).equals(plain.subarray(0, tail.plainBytes))).toBe(true);
  });

  test.each([
    ['shorter', tail.bytes.subarray(0, -sealedSegmentBytes)],
    ['longer', Buffer.concat([tail.bytes, tail.bytes.subarray(-sealedSegmentBytes)])],
    ['of another pass', Buffer.concat([newSalt(), tail.bytes.subarray(16)])],
    [
      'with segments swapped',
      Buffer.concat([
        tail.bytes.subarray(0, 16),
        tail.bytes.subarray(16 + sealedSegmentBytes),
        tail.bytes.subarray(16, 16 + sealedSegmentBytes),
      ]),
    ],
    ['changed', Buffer.concat([tail.bytes.subarray(0, -1), Buffer.of(Number(tail.bytes.at(-1)) ^ 1)])],
  ])('%s it does not', (_how, bytes) => {
    expect(() => openTail(bytes, opening)).toThrow(SealBroken);
  });

  test.each([
    ['another file', { identity: { ...identity, fileId: newId() } }],
    ['another version', { identity: { ...identity, version: 1 } }],
    ['another part', { part: 1 }],
    ['another key', { key: randomBytes(32) }],
    ['another pass', { pass: { fromPart: 1, salt: pass.salt } }],
  ])('it does not open as that of %s', (_whose, other) => {
    expect(() => openTail(tail.bytes, { ...opening, ...other })).toThrow(SealBroken);
  });
});
