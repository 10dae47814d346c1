import { expect, test } from 'vitest';
import { pointNumber } from './point-number.ts';

test('an address counts points from 1, and names none where it says no number', () => {
  expect(['1', '124', '0', '-3', 'x', '1e3', null].map((text) => pointNumber(text))).toEqual([
    0,
    123,
    null,
    null,
    null,
    null,
    null,
  ]);
});
