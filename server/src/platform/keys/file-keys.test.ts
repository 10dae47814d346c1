import { expect, test } from 'vitest';
import { newId } from '../new-id.ts';
import { SealBroken } from '../sealed-files/seal-broken.ts';
import { fileKeys } from './file-keys.ts';
import { KeyMissing, keyRing } from './key-ring.ts';

const [older, newer] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)];
const keys = fileKeys(keyRing([older]));
const identity = { orgId: newId(), fileId: newId(), version: 3 };
const ownerId = newId();

function aFile() {
  const { key, ...wrapped } = keys.make(identity, ownerId);
  return { key, stored: { ...identity, ownerId, ...wrapped } };
}

test('a key opens again as it was made, and each file has its own', () => {
  const [one, another] = [aFile(), aFile()];
  expect(keys.open(one.stored)).toEqual(one.key);
  expect(one.key).toHaveLength(32);
  expect(another.key).not.toEqual(one.key);
  expect(one.stored.wrappedKey.includes(one.key)).toBe(false);
});

test.each([
  ['another person', { ownerId: newId() }],
  ['another organisation', { orgId: newId() }],
  ['another file', { fileId: newId() }],
  ['another version', { version: 2 }],
])('a wrapped key does not open for %s', (_who, change) => {
  const { stored } = aFile();
  expect(() => keys.open({ ...stored, ...change })).toThrow(SealBroken);
});

test('a wrapped key that was changed anywhere, or cut, does not open', () => {
  const { stored } = aFile();
  for (let at = 0; at < stored.wrappedKey.length; at++) {
    const wrappedKey = Buffer.from(stored.wrappedKey);
    wrappedKey[at] = Number(wrappedKey[at]) ^ 1;
    expect(() => keys.open({ ...stored, wrappedKey }), `byte ${at}`).toThrow(SealBroken);
  }
  for (const wrappedKey of [stored.wrappedKey.subarray(1), stored.wrappedKey.subarray(0, 44), Buffer.alloc(0)]) {
    expect(() => keys.open({ ...stored, wrappedKey })).toThrow(SealBroken);
  }
});

test('a master key that is not in the ring is named', () => {
  const { stored } = aFile();
  expect(() => fileKeys(keyRing([newer])).open(stored)).toThrow(new KeyMissing(stored.keyName));
});

test('a key is wrapped anew under the current master key and stays the same key; what is already is left alone', () => {
  const { key, stored } = aFile();
  const ring = keyRing([newer, older]);
  const rewrapped = fileKeys(ring).rewrap(stored);
  expect(rewrapped?.keyName).toBe(ring.current.name);
  const moved = { ...stored, ...rewrapped };
  expect(fileKeys(keyRing([newer])).open(moved)).toEqual(key);
  expect(fileKeys(ring).rewrap(moved)).toBeNull();
});

test('the name of a master key under which another key is presented opens nothing', () => {
  const { stored } = aFile();
  const ring = keyRing([newer]);
  expect(() => fileKeys(ring).open({ ...stored, keyName: ring.current.name })).toThrow(SealBroken);
});

test('a ring knows its keys by name, the current one first, and takes nothing that is no key', () => {
  const ring = keyRing([newer, older, older.toUpperCase()]);
  expect(ring.names).toEqual([ring.current.name, keyRing([older]).current.name]);
  expect(ring.find('000000000000')).toBeNull();
  expect(() => keyRing(['abc'])).toThrow('64 hexadecimal digits');
});
