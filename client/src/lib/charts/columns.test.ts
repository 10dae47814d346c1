import { expect, test } from 'vitest';
import { drawnColumns, mostColumns, withPoints, within, type Columns } from './columns.ts';

const none: Columns = { columns: [], width: 0 };
const point = (at: number, value: number) => ({ at, value });
const single = (at: number, value: number) => ({ at, min: value, max: value, mean: value, count: 1 });

test('a point is a column of its own, in the order of time whenever it comes', () => {
  const known = withPoints(none, [point(10, 1), point(30, 3)]);
  expect(withPoints(known, [point(20, 2), point(30, 4)])).toEqual({
    columns: [single(10, 1), single(20, 2), single(30, 3), single(30, 4)],
    width: 0,
  });
});

test('a point joins the column it falls into, or begins another one on the same raster', () => {
  const known: Columns = { columns: [{ at: 100, min: 1, max: 3, mean: 2, count: 2 }], width: 10 };
  expect(withPoints(known, [point(109, 8), point(127, 5)])).toEqual({
    columns: [{ at: 100, min: 1, max: 8, mean: 4, count: 3 }, single(120, 5)],
    width: 10,
  });
});

test('however many points come, the columns stay few, and nothing of them is lost', () => {
  let all = none;
  for (let batch = 0; batch < 200; batch++) {
    const points = Array.from({ length: 100 }, (_, i) => point(batch * 100 + i, (batch * 100 + i) % 7));
    all = withPoints(all, points);
    expect(all.columns.length).toBeLessThanOrEqual(mostColumns);
  }
  const count = all.columns.reduce((sum, column) => sum + column.count, 0);
  const total = all.columns.reduce((sum, { mean, count: points }) => sum + mean * points, 0);
  const values = Array.from({ length: 20_000 }, (_, i) => i % 7);
  expect([count, Math.round(total)]).toEqual([20_000, values.reduce((sum, value) => sum + value, 0)]);
  expect([all.columns.every(({ min, max }) => min >= 0 && max <= 6), all.width > 0]).toEqual([true, true]);
  expect(all.columns.every(({ at }, i) => i === 0 || at > (all.columns[i - 1]?.at ?? 0))).toBe(true);
});

test('what is drawn stands in the middle of its column', () => {
  const columns = [{ at: 100, min: 1, max: 3, mean: 2, count: 2 }];
  expect(drawnColumns({ columns, width: 10 })).toEqual([[105], [3], [1], [2]]);
});

test('a part of the time has its columns and one beyond either end', () => {
  const columns = [0, 10, 20, 30, 40].map((at) => single(at, at));
  const at = (span: { min: number; max: number }) => within({ columns, width: 0 }, span).columns.map((one) => one.at);
  expect([at({ min: 15, max: 25 }), at({ min: -5, max: 100 }), at({ min: 50, max: 60 })]).toEqual([
    [10, 20, 30],
    [0, 10, 20, 30, 40],
    [],
  ]);
});
