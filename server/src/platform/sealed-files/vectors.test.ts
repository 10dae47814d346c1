import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { opened } from '../../../test/sealed-object.ts';
import { fileKeys } from '../keys/file-keys.ts';
import { keyRing } from '../keys/key-ring.ts';
import { headerOf, passKey, plainPartBytes, sealedSize } from './layout.ts';
import { Sealer } from './sealer.ts';
// Computed with Python's `cryptography` by server/test/real/sealed_format.py, which has no line of ours.
import vectors from './vectors.json' with { type: 'json' };

const { file, keyName } = vectors;
const key = Buffer.from(vectors.fileKey, 'hex');
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const pattern = (size: number) =>
  Buffer.alloc(
    size,
    Uint8Array.from({ length: 251 }, (_, at) => at),
  );

test('the name of the master key, the derived key of a person and the wrapping of a file key', () => {
  const ring = keyRing([file.masterKey]);
  expect(ring.current.name).toBe(keyName);
  const wrapped = { ...file, keyName, wrappedKey: bytes(vectors.wrappedKey) };
  expect(fileKeys(ring).open(wrapped)).toEqual(key);
});

test('the header, and the keys of passes', () => {
  expect(headerOf(file).toString('hex')).toBe(vectors.header);
  const salts = vectors.objects.at(-1)?.passes ?? [];
  const derived = salts.map(({ fromPart, salt }) => passKey(key, { fromPart, salt: bytes(salt) }).export());
  expect(derived.map((one) => one.toString('hex'))).toEqual(vectors.passKeys);
});

test.each(vectors.objects)('a file of $size bytes is sealed byte for byte, and opens', async (vector) => {
  const { size, objectSize, objectSha256 } = vector;
  const passes = vector.passes.map(({ fromPart, salt }) => ({ fromPart, salt: bytes(salt) }));
  const plain = pattern(size);
  const parts = passes.flatMap((pass, at) => {
    const sealer = new Sealer({ key, identity: file, ...pass });
    const rest = sealer.push(plain.subarray(pass.fromPart * plainPartBytes));
    const end = passes[at + 1]?.fromPart;
    return end === undefined ? [...rest, sealer.finish()] : rest.slice(0, end - pass.fromPart);
  });
  const object = Buffer.concat(parts.map((part) => part.bytes));
  expect([object.length, sealedSize(size)]).toEqual([objectSize, objectSize]);
  expect(createHash('sha256').update(object).digest('hex')).toBe(objectSha256);
  expect(object.toString('hex')).toBe('object' in vector ? vector.object : object.toString('hex'));
  const { left, error } = await opened({ key, stored: { ...file, passes, size }, bytes: object });
  expect([left.equals(plain), error]).toEqual([true, null]);
});
