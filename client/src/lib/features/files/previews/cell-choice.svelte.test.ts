import { expect, test } from 'vitest';
import { CellChoice } from './cell-choice.svelte.ts';

const choice = () => new CellChoice(() => ({ rows: 100, columns: 5 }));
const plain = { extend: false, whole: false, page: 20 };

test('keys go from cell to cell and no further than the table', () => {
  const cells = choice();
  cells.key('ArrowDown', plain);
  expect(cells.at).toEqual({ row: 0, column: 0 });
  cells.key('ArrowUp', plain);
  cells.key('End', plain);
  cells.key('PageDown', plain);
  expect(cells.at).toEqual({ row: 20, column: 4 });
  cells.key('ArrowDown', { ...plain, whole: true });
  expect([cells.at, cells.key('Tab', plain)]).toEqual([{ row: 99, column: 4 }, false]);
});

test('with Shift everything between is chosen', () => {
  const cells = choice();
  cells.point({ row: 5, column: 3 }, { extend: false });
  cells.key('ArrowUp', { ...plain, extend: true });
  cells.key('ArrowLeft', { ...plain, extend: true });
  expect(cells.chosen).toEqual({ rows: { first: 4, last: 6 }, columns: { first: 2, last: 4 } });
  expect([cells.has({ row: 4, column: 2 }), cells.has({ row: 6, column: 2 })]).toEqual([true, false]);
});
