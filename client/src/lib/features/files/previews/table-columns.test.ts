import { expect, test } from 'vitest';
import { asClipboardText, columnEdges, columnsInSight } from './table-columns.ts';

const columns = Array.from({ length: 10 }, (_, place) => ({ name: `c${place}`, type: 'text' as const, letters: 10 }));

test('columns are as wide as what is in them, within reason', () => {
  const edges = columnEdges([...columns.slice(0, 1), { name: 'x', type: 'text', letters: 100_000 }]);
  expect(edges).toEqual([0, 97, 471]);
});

test('only the columns in sight are drawn', () => {
  const edges = columnEdges(columns);
  expect(columnsInSight(edges, { from: 0, width: 200 })).toEqual({ first: 0, last: 3 });
  expect(columnsInSight(edges, { from: 100, width: 200 })).toEqual({ first: 1, last: 4 });
  expect(columnsInSight(edges, { from: 900, width: 5000 })).toEqual({ first: 9, last: 10 });
  expect(columnsInSight([0], { from: 0, width: 100 })).toEqual({ first: 0, last: 0 });
});

test('cells are copied as spreadsheets take them', () => {
  expect(
    asClipboardText([
      ['a', 'b\tc'],
      ['1', 'say "x"'],
    ]),
  ).toBe('a\t"b\tc"\n1\t"say ""x"""');
});
