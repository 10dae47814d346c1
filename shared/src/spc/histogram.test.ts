import { expect, test } from 'vitest';
import { histogram, normalCurve } from './histogram.ts';

const counts = (data: (number | null)[], spec: { lsl?: number; usl?: number } = {}) =>
  histogram({ data, ...spec }).bins.map(({ count }) => count);

test('each measurement is counted once, in the bin that it belongs to', () => {
  const data = Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3 + Math.cos(i * 7));
  const { bins, n } = histogram({ data });
  expect(n).toBe(1000);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  for (const [i, { from, to, count }] of bins.entries()) {
    const last = i === bins.length - 1;
    expect(data.filter((value) => value >= from && (value < to || (last && value === to)))).toHaveLength(count);
  }
});

test('bins stand side by side without a gap and hold the whole of the data', () => {
  const { bins } = histogram({ data: [0.3, 4.71, 2.2, 3.3, 1.05, 2.9] });
  expect(bins.slice(1).map(({ from }) => from)).toEqual(bins.slice(0, -1).map(({ to }) => to));
  expect(bins[0]?.from).toBeLessThanOrEqual(0.3);
  expect(bins.at(-1)?.to).toBeGreaterThanOrEqual(4.71);
});

test('the width is that of Freedman and Diaconis, brought to 1, 2 or 5 times a power of ten', () => {
  // IQR 500, 2·500/∛1001 = 99.97.
  expect(histogram({ data: Array.from({ length: 1001 }, (_, i) => i) }).width).toBe(100);
});

test('edges are the numbers that people write down: a measurement on one is in the bin above', () => {
  const data = Array.from({ length: 101 }, (_, i) => (i + 7390) / 100);
  const { bins, width } = histogram({ data });
  expect(width).toBe(0.2);
  expect(bins.map(({ from }) => from)).toEqual([73.8, 74, 74.2, 74.4, 74.6, 74.8]);
  expect(bins.map(({ count }) => count)).toEqual([10, 20, 20, 20, 20, 11]);
});

test('what is beyond a specification limit is counted in its bin; what is on the limit is not beyond', () => {
  const { bins } = histogram({ data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], lsl: 2, usl: 8.5 });
  expect(bins.reduce((sum, { outside }) => sum + outside, 0)).toBe(3);
  expect(bins[0]?.outside).toBe(1);
});

test('there are never more than about sixty bins, however far an outlier is', () => {
  const data = [...Array.from({ length: 5000 }, (_, i) => (i % 100) / 100), 1e6];
  expect(histogram({ data }).bins.length).toBeLessThanOrEqual(61);
});

test('where most measurements are equal there are still bins', () => {
  expect(counts([...Array.from({ length: 60 }, () => 5), 1, 9]).length).toBeGreaterThan(3);
});

test('equal measurements, and ones that differ by a rounding error only, stand in one bin', () => {
  expect(counts([0.1, 0.1, 0.1])).toEqual([3]);
  expect(counts([0, 0])).toEqual([2]);
  expect(counts([0.3, 0.1 + 0.2, 0.3])).toEqual([3]);
  expect(counts([1e15, 1e15 + 1, 1e15 + 2]).reduce((sum, count) => sum + count, 0)).toBe(3);
});

test('nulls are left out, and nothing has no bins', () => {
  expect(counts([1, null, 2, null, 3]).reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(histogram({ data: [null] })).toEqual({ n: 0, width: 0, bins: [] });
});

test('the curve has the area of all bins together', () => {
  const curve = normalCurve({ mean: 10, sigma: 2, n: 500, width: 0.5, from: 0, to: 20, steps: 200 });
  const area = curve.reduce((sum, { y }) => sum + y * 0.1, 0);
  expect(area / 0.5).toBeCloseTo(500, 2);
  expect(curve).toHaveLength(201);
  expect(Math.max(...curve.map(({ y }) => y))).toBe(curve[100]?.y);
});

test('a distribution without width has no curve', () => {
  expect(normalCurve({ mean: 1, sigma: 0, n: 5, width: 1, from: 0, to: 2 })).toEqual([]);
});
