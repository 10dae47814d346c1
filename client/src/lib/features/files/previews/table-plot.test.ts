import { expect, test } from 'vitest';
import { plotData } from './table-plot.ts';
import { tableWords } from './table-words.ts';

const points = (xs: number[], ...ys: number[][]) => ({
  xs: Float64Array.from(xs),
  ys: ys.map((column) => Float64Array.from(column)),
  of: xs.length,
});

test('values that are missing are gaps, rows without a place are left out', () => {
  expect(plotData(points([1, 2, Number.NaN, 4], [1, Number.NaN, 3, 4]))).toEqual({
    data: [
      [1, 2, 4],
      [1, null, 4],
    ],
    ordered: true,
  });
});

test('a sweep up and down is put in order, and not joined', () => {
  expect(plotData(points([1, 3, 2], [10, 30, 20]))).toEqual({
    data: [
      [1, 2, 3],
      [10, 20, 30],
    ],
    ordered: false,
  });
});

test('a table is told in words, with what may be wrong with it', () => {
  const column = { name: 'a', type: 'text', letters: 1 } as const;
  const summary = {
    columns: [column],
    rows: 1,
    read: 10,
    delimiter: ';',
    decimal: ',',
    encoding: 'windows-1252',
    header: true,
    remarks: 2,
    crooked: 1,
    unclosed: true,
    full: false,
  } as const;
  expect(tableWords({ ...summary, columns: [column] })).toEqual({
    shape:
      '1 row · 1 column · parted by semicolons · decimal commas · Windows-1252 (it is no UTF-8) · 2 lines of remarks before it',
    doubts: [
      '1 row has another number of cells than the first.',
      'A quote is opened and never closed: one cell has everything that follows.',
    ],
  });
});
