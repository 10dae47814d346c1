import { expect, test } from 'vitest';
import { nextPart } from './parts.ts';

const points = (count: number, width: number) =>
  Array.from({ length: count }, () => ({ point: { items: Array.from({ length: width }, () => 1) } }));

test('a thousand points go together, and fewer where each has many measurements', () => {
  expect([nextPart(points(2500, 3), 0).length, nextPart(points(2500, 3), 2000).length]).toEqual([1000, 500]);
  expect(nextPart(points(2500, 100), 0)).toHaveLength(200);
});

test('there is always one more, until there is none', () => {
  expect([nextPart(points(1, 50_000), 0).length, nextPart(points(3, 1), 3).length]).toEqual([1, 0]);
});
