import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, doc, docs, plain } from '../../test/documents.ts';
import { compileSort, sortDocs } from './sort.ts';

const ids = (spec: Document, given: Document[], limit?: number): unknown[] =>
  sortDocs(docs(...given), compileSort(doc(spec)), limit).map((each) => plain(each)['_id']);

test('an array is as small as its smallest element, or as large as its largest', () => {
  const given = [
    { _id: 1, a: [5, 9] },
    { _id: 2, a: 6 },
    { _id: 3, a: [7, 1] },
  ];
  expect(ids({ a: 1 }, given)).toEqual([3, 1, 2]);
  expect(ids({ a: -1 }, given)).toEqual([1, 3, 2]);
});

test('an empty array is below null, a missing field is null', () => {
  expect(ids({ a: 1, _id: -1 }, [{ _id: 1, a: null }, { _id: 2 }, { _id: 3, a: [] }, { _id: 4, a: 0 }])).toEqual([
    3, 2, 1, 4,
  ]);
});

test('fields of one array are sorted together, element by element', () => {
  const given = [
    {
      _id: 1,
      g: [
        { a: 1, b: 9 },
        { a: 2, b: 0 },
      ],
    },
    { _id: 2, g: [{ a: 1, b: 5 }] },
  ];
  expect(ids({ 'g.a': 1, 'g.b': 1 }, given)).toEqual([2, 1]);
});

test('what is equal keeps its order, also with a limit', () => {
  const given = Array.from({ length: 500 }, (_, n) => ({ _id: n, a: n % 7 }));
  expect(ids({ a: 1 }, given, 5)).toEqual([0, 7, 14, 21, 28]);
  expect(ids({ a: -1, _id: -1 }, given, 3)).toEqual([496, 489, 482]);
});

test.each([
  [{ a: 2 }, 15975],
  [{ a: 'x' }, 15974],
  [{ a: { $meta: 'x' } }, 15974],
  [{ '': 1 }, 40352],
])('the sort %j is refused with %i', (spec, code) => {
  expect(codeOf(() => compileSort(doc(spec)))).toBe(code);
});

test('two arrays cannot be sorted by together', () => {
  expect(codeOf(() => ids({ a: 1, b: 1 }, [{ a: [1], b: [2] }]))).toBe(2);
});
