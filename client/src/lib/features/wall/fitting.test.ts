import { expect, test } from 'vitest';
import { layoutFor, pageOf } from './fitting.ts';

const wallScreen = { width: 1860, height: 620 };

test.each([
  [1, { columns: 1, rows: 1 }],
  [2, { columns: 2, rows: 1 }],
  [3, { columns: 3, rows: 1 }],
  [5, { columns: 3, rows: 2 }],
  [8, { columns: 4, rows: 2 }],
  [30, { columns: 4, rows: 2 }],
])('%i runs on a wall screen', (count, layout) => {
  expect(layoutFor(count, wallScreen)).toEqual(layout);
});

test('however small a screen is, it shows one', () => {
  expect(layoutFor(9, { width: 100, height: 0 })).toEqual({ columns: 1, rows: 1 });
});

test('pages begin again after the last, also when there are fewer by then', () => {
  expect([0, 1, 2].map((page) => pageOf(['a', 'b', 'c'], 2, page))).toEqual([
    { items: ['a', 'b'], page: 0, of: 2 },
    { items: ['c'], page: 1, of: 2 },
    { items: ['a', 'b'], page: 0, of: 2 },
  ]);
  expect(pageOf([], 2, 7)).toEqual({ items: [], page: 0, of: 1 });
});
