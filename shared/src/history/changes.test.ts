import { expect, test } from 'vitest';
import { decodeChanges, encodeChanges } from './changes.ts';

const changes = [
  { seq: 41, at: 1_795_250_000_000, person: 0, update: Uint8Array.of(1, 2, 255) },
  { seq: 41, at: 1_795_250_000_000, person: 1, update: new Uint8Array() },
  // The clock of another process may be behind.
  { seq: 42, at: 1_795_249_999_000, person: 300, update: new Uint8Array(70_000).fill(7) },
];

test('changes come out as they went in, in few bytes', () => {
  expect(decodeChanges(encodeChanges(changes))).toEqual(changes);
  expect(decodeChanges(encodeChanges([]))).toEqual([]);
  const keystrokes = Array.from({ length: 1000 }, (_, index) => ({ ...changes[0]!, seq: index, at: index * 180 }));
  expect(encodeChanges(keystrokes).length).toBeLessThan(1000 * (3 + 6));
});

test('what is no such bytes is refused', () => {
  expect(() => decodeChanges(encodeChanges(changes).slice(0, -1))).toThrow('Unexpected end of array');
});
