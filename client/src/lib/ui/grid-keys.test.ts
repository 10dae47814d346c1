import { expect, test } from 'vitest';
import { nextTile } from './grid-keys.ts';

/** Two rows of three, and a last row of two. */
const places = Array.from({ length: 8 }, (_, i) => ({ left: (i % 3) * 100, top: Math.floor(i / 3) * 50 }));

test.each([
  ['ArrowRight', 2, 3],
  ['ArrowLeft', 3, 2],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 5, 7],
  ['ArrowUp', 7, 4],
  ['Home', 5, 0],
  ['End', 0, 7],
])('%s leads from tile %i to %i', (key, at, next) => {
  expect(nextTile(key, at, places)).toBe(next);
});

test.each([
  ['ArrowLeft', 0],
  ['ArrowRight', 7],
  ['ArrowUp', 1],
  ['ArrowDown', 6],
  ['x', 3],
])('%s leads nowhere from tile %i', (key, at) => {
  expect(nextTile(key, at, places)).toBeNull();
});
