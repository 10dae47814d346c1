import { expect, test } from 'vitest';
import { LogRows } from './log-rows.svelte.ts';
import { piecesOf } from './log-time.ts';

const keys = Array.from({ length: 1000 }, (_, i) => i * 3);

test('only the rows in view are drawn, and a few around them', () => {
  const rows = new LogRows(() => keys);
  rows.saw([[0, 20]]);
  expect(rows.height).toBe(20_000);
  expect(rows.inView({ top: 10_000, height: 100 })).toEqual({ first: 488, end: 518, top: 9760 });
  expect(rows.inView({ top: 0, height: 100 })).toEqual({ first: 0, end: 18, top: 0 });
});

test('a row that is higher than it was taken for moves those after it', () => {
  const rows = new LogRows(() => keys);
  rows.saw([[0, 20]]);
  rows.saw([[9, 60]]);
  expect([rows.topOf(3), rows.topOf(4), rows.rowAt(119), rows.rowAt(120)]).toEqual([60, 120, 3, 4]);
  rows.forget();
  rows.saw([[0, 10]]);
  expect(rows.topOf(4)).toBe(40);
});

test('a row is found by its key, or the one that follows where it is gone', () => {
  const rows = new LogRows(() => keys);
  expect([rows.rowOf(30), rows.rowOf(31), rows.rowOf(0), rows.rowOf(5000)]).toEqual([10, 11, 0, null]);
});

test('a list without rows has no height', () => {
  const rows = new LogRows(() => []);
  expect([rows.height, rows.rowOf(1), rows.inView({ top: 0, height: 100 })]).toEqual([
    0,
    null,
    { first: 0, end: 0, top: 0 },
  ]);
});

test('what is looked for is taken literally and marked in capitals or not', () => {
  expect(piecesOf('Valve (A) and valve (a)', '(a)')).toEqual(['Valve ', '(A)', ' and valve ', '(a)', '']);
  expect(piecesOf('a.b', '.')).toEqual(['a', '.', 'b']);
  expect(piecesOf('abc', '')).toEqual(['abc']);
});
