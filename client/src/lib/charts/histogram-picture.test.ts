import { histogram } from '@cobench/shared/spc/histogram';
import { expect, test } from 'vitest';
import { histogramPicture, type SpecLine } from './histogram-picture.ts';

const size = { width: 500, height: 250 };
const counted = histogram({ data: Array.from({ length: 200 }, (_, i) => 10 + Math.sin(i * 12.9898)), lsl: 9.2 });
const limit = (name: string, value: number): SpecLine => ({ name, value, kind: 'limit' });

const picture = (lines: SpecLine[], shapes = [{ name: 'Normal', mean: 10, sigma: 0.7, dashed: false }]) =>
  histogramPicture({ histogram: counted, shapes, lines, size });

test('bars stand side by side inside the plot, as high as their counts', () => {
  const { bars, plot } = picture([]);
  expect(bars).toHaveLength(counted.bins.length);
  for (const [i, { x, width, height, bin }] of bars.entries()) {
    expect(x).toBeGreaterThanOrEqual(plot.left);
    expect(x + width).toBeLessThanOrEqual(plot.right);
    expect(height / (bars[0]?.height ?? 1)).toBeCloseTo(bin.count / (bars[0]?.bin.count ?? 1), 9);
    expect(x).toBeCloseTo(i === 0 ? x : (bars[i - 1]?.x ?? 0) + (bars[i - 1]?.width ?? 0), 9);
  }
});

test('the part of a bar beyond a limit is as high as its share', () => {
  const { bars } = picture([limit('LSL', 9.2)]);
  const wrong = bars.filter(
    ({ bin, height, outside }) => Math.abs(outside * bin.count - height * bin.outside) > 1e-9 * (1 + height),
  );
  expect(wrong).toEqual([]);
  expect(bars.some(({ outside }) => outside > 0)).toBe(true);
});

test('limits that are near are in view, and the plot makes room for them', () => {
  const { lines, plot, bars } = picture([limit('LSL', 7), limit('USL', 13)]);
  expect(lines.map(({ line }) => line.name)).toEqual(['LSL', 'USL']);
  expect(lines.every(({ x }) => x > plot.left && x < plot.right)).toBe(true);
  expect(bars[0]?.x).toBeGreaterThan(lines[0]?.x ?? Infinity);
});

test('a limit that would crush the data is said in words', () => {
  const { lines, far, bars, plot } = picture([limit('LSL', 9), limit('USL', 1000)]);
  expect(lines.map(({ line }) => line.name)).toEqual(['LSL']);
  expect(far.map(({ name }) => name)).toEqual(['USL']);
  expect((bars.at(-1)?.x ?? 0) - (bars[0]?.x ?? 0)).toBeGreaterThan((plot.right - plot.left) / 2);
});

test('a curve that is higher than all bars is still in the plot', () => {
  const { curves, plot } = picture([], [{ name: 'Narrow', mean: 10, sigma: 0.05, dashed: true }]);
  const heights = (curves[0]?.path ?? '')
    .split(/[ML]/)
    .flatMap((place) => (place === '' ? [] : [Number(place.split(' ')[1])]));
  expect(heights).toHaveLength(121);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(plot.top);
});

test('counts are labelled with whole numbers', () => {
  const few = histogramPicture({ histogram: histogram({ data: [1, 2] }), shapes: [], lines: [], size });
  expect(few.yTicks.map(({ label }) => label)).toEqual(['0', '1']);
});
