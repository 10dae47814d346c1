import { expect, test } from 'vitest';
import type { ChartKind } from '../spc/charts.ts';
import { unfitPoint } from './unfit-point.ts';

const unfit = (
  kind: ChartKind,
  items: (number | null)[],
  size: number | null = null,
  sampleSize: number | null = null,
) => unfitPoint({ kind, sampleSize }, { items, size });

test('measurements may be anything; counts and times between events are not below 0', () => {
  expect([unfit('i', [-1]), unfit('xbar', [-1, null])]).toEqual([null, null]);
  expect(['c', 'p', 'g', 't'].map((kind) => unfit(kind as ChartKind, [null, -1], 5)?.field)).toEqual([
    'items/1',
    'items/1',
    'items/1',
    'items/1',
  ]);
});

test('a share needs what it is of: from the point, or else from the chart', () => {
  expect(unfit('u', [3])).toEqual({ field: 'size', words: 'Say what the count is out of.' });
  expect([unfit('u', [3], 1), unfit('u', [3], null, 1)]).toEqual([null, null]);
});

test('no more units fail than there are; flaws may be more than one on a unit', () => {
  expect(unfit('p', [3, 3], 5)).toEqual({ field: 'items', words: 'More failed than there were.' });
  expect([unfit('p', [3, 2], 5), unfit('u', [3, 3], 5), unfit('laney-p', [6], null, 5)?.field]).toEqual([
    null,
    null,
    'items',
  ]);
});
