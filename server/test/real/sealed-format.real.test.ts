import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileKeys } from '../../src/platform/keys/file-keys.ts';
import { keyRing } from '../../src/platform/keys/key-ring.ts';
import { newId } from '../../src/platform/new-id.ts';
import { plainPartBytes, segmentBytes } from '../../src/platform/sealed-files/layout.ts';
import vectors from '../../src/platform/sealed-files/vectors.json' with { type: 'json' };
import { aSealedObject, opened } from '../sealed-object.ts';

const script = join(import.meta.dirname, 'sealed_format.py');
const python = async (...args: string[]) => (await promisify(execFile)('python3', [script, ...args])).stdout;
const masterKey = randomBytes(32).toString('hex');
const keys = fileKeys(keyRing([masterKey]));
const sizes = [0, 1, segmentBytes, 5 * segmentBytes + 3, plainPartBytes, 2 * plainPartBytes + 7];
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-format-'));
});
afterAll(() => rm(directory, { recursive: true }));
const path = (name: string) => join(directory, name);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('the vectors are those that the independent implementation computes', async () => {
  expect(JSON.parse(await python('vectors'))).toEqual(vectors);
});

test.each(sizes)('what we seal of %i bytes, interrupted or not, it opens, from the master key on', async (size) => {
  const plain = randomBytes(size);
  const identity = { orgId: newId(), fileId: newId(), version: 3 };
  const ownerId = newId();
  const { key, wrappedKey } = keys.make(identity, ownerId);
  const sealed = aSealedObject(plain, { ...identity, key, interruptedAt: [size >> 1, Math.floor(size * 0.8)] });
  const passes = sealed.stored.passes.map(({ fromPart, salt }) => ({ fromPart, salt: hex(salt) }));
  const file = { ...identity, ownerId, masterKey, passes, wrappedKey: hex(wrappedKey) };
  await Promise.all([writeFile(path('ours.json'), JSON.stringify(file)), writeFile(path('ours'), sealed.bytes)]);
  await python('open', path('ours.json'), path('ours'), path('ours.plain'));
  expect((await readFile(path('ours.plain'))).equals(plain)).toBe(true);

  const other = { ...file, ownerId: newId() };
  await writeFile(path('other.json'), JSON.stringify(other));
  await expect(python('open', path('other.json'), path('ours'), path('none'))).rejects.toThrow('refused');
});

test.each(sizes)('what it seals of %i bytes we open, from the master key on', async (size) => {
  const plain = randomBytes(size);
  const identity = { orgId: newId(), fileId: newId(), version: 12 };
  const ownerId = newId();
  const passes = [0, 1].map((fromPart) => ({ fromPart, salt: randomBytes(16) }));
  const told = passes.map(({ fromPart, salt }) => ({ fromPart, salt: hex(salt) }));
  const secrets = { masterKey, fileKey: hex(randomBytes(32)), wrapNonce: hex(randomBytes(12)) };
  const file = { ...identity, ownerId, passes: told, ...secrets };
  await Promise.all([writeFile(path('theirs.json'), JSON.stringify(file)), writeFile(path('theirs.plain'), plain)]);
  const wrapped = await python('seal', path('theirs.json'), path('theirs.plain'), path('theirs'));
  const { name: keyName } = keyRing([masterKey]).current;
  const key = keys.open({ ...identity, ownerId, keyName, wrappedKey: Buffer.from(wrapped.trim(), 'hex') });
  const bytes = await readFile(path('theirs'));
  const { left, error } = await opened({ key, stored: { ...identity, passes, size }, bytes });
  expect([left.equals(plain), error]).toEqual([true, null]);
});
