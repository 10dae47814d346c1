import { expect, test } from 'vitest';
import { aGeometry, someControlPoints } from '../../test/control-points.ts';
import type { XUnit } from './axes.ts';
import { stepsOf, zoneBand, zones } from './control-lines.ts';
import type { ControlPoint } from './control-point.ts';
import { placesOf } from './control-scene.ts';

function steps(
  points: readonly ControlPoint[],
  { width = 600, starts = [], x = 'number' }: { width?: number; starts?: number[]; x?: XUnit } = {},
) {
  const xs = placesOf(points, x);
  const margin = ((xs.at(-1) ?? 1) - (xs[0] ?? 0)) / (points.length - 1) / 2;
  const span = { min: (xs[0] ?? 0) - margin, max: (xs.at(-1) ?? 0) + margin };
  return stepsOf({ points, xs, first: 0, last: points.length - 1 }, aGeometry(width, span), starts);
}
const edges = (points: readonly ControlPoint[], more = {}) =>
  steps(points, more).map(({ from, to, ucl, fresh }) => ({ from: Math.round(from), to: Math.round(to), ucl, fresh }));

test('lines that stand still are one step', () => {
  expect(edges(someControlPoints(6))).toEqual([{ from: 0, to: 600, ucl: 13, fresh: true }]);
});

test('variable limits are steps that reach half-way to the neighbours', () => {
  const points = someControlPoints(6, (i) => ({ ucl: i < 2 ? 13 : 12 }));
  expect(edges(points)).toEqual([
    { from: 0, to: 200, ucl: 13, fresh: true },
    { from: 200, to: 600, ucl: 12, fresh: false },
  ]);
  expect(edges(points, { x: 'time' })).toEqual(edges(points));
});

test('a phase begins afresh, also with the same lines', () => {
  expect(edges(someControlPoints(6), { starts: [0, 3] })).toEqual([
    { from: 0, to: 300, ucl: 13, fresh: true },
    { from: 300, to: 600, ucl: 13, fresh: true },
  ]);
});

test('there are no lines where none are known', () => {
  const points = someControlPoints(6, (i) => (i < 4 ? { center: null, sigma: null, ucl: null, lcl: null } : {}));
  expect(edges(points)).toEqual([{ from: 400, to: 600, ucl: 13, fresh: true }]);
});

test('limits that change faster than pixels are drawn as the widest in a pixel', () => {
  const points = someControlPoints(10_000, (i) => ({ ucl: 13 + (i % 2), lcl: 7 - (i % 3) }));
  const drawn = steps(points, { width: 500 });
  expect(drawn.length).toBeLessThanOrEqual(510);
  expect(drawn.slice(0, -1).every(({ ucl, lcl }) => ucl === 14 && lcl === 5)).toBe(true);
  expect(drawn.every(({ from }, i) => i === 0 || from === drawn[i - 1]?.to)).toBe(true);
});

test('zones end at the limits, also where these are cut off', () => {
  const [a, b, c] = zones;
  const lines = { center: 1, sigma: 1, ucl: 4, lcl: 0 };
  expect([a, b, c].map((zone) => zoneBand(lines, zone, 1))).toEqual([[3, 4], [2, 3], [1, 2]]); // prettier-ignore
  expect([a, b, c].map((zone) => zoneBand(lines, zone, -1))).toEqual([null, null, [1, 0]]);
  expect(zoneBand({ center: 1, sigma: null, ucl: 4, lcl: 0 }, a, 1)).toBeNull();
  expect(zoneBand({ center: 0, sigma: 1, ucl: 2, lcl: -2 }, a, 1)).toBeNull();
});
