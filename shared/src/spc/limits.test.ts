import { expect, test } from 'vitest';
import type { ChartRequest } from './estimate-parameters.ts';
import { computeLimits } from './limits.ts';

/** NIST/SEMATECH e-Handbook 6.3.2.2: flow rate of ten batches. */
const flowRate = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];

test('the individuals chart of the e-Handbook: centre 50.81, limits 45.8159 and 55.8041', () => {
  const { center, ucl, lcl } = computeLimits({ chart: 'i', data: flowRate });
  expect(center).toBeCloseTo(50.81, 10);
  // The handbook rounds d2 to 1.128; ours is exact.
  expect(Math.abs(ucl - 55.8041)).toBeLessThan(0.002);
  expect(Math.abs(lcl - 45.8159)).toBeLessThan(0.002);
});

test('the XmR chart of Wheeler and Chambers, page 49: 41.42, 36.82 to 46.02', () => {
  const { center, ucl, lcl } = computeLimits({
    chart: 'i',
    data: [39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40],
  });
  expect(center).toBeCloseTo(41.42, 2);
  // The book multiplies its rounded mean moving range by 2.66.
  expect(Math.abs(lcl - 36.82)).toBeLessThan(0.012);
  expect(Math.abs(ucl - 46.02)).toBeLessThan(0.012);
});

test('sigma is the mean moving range times √π/2', () => {
  expect(computeLimits({ chart: 'i', data: [1, 3, 2] }).sigma).toBeCloseTo((1.5 * Math.sqrt(Math.PI)) / 2, 14);
});

test('a given centre and sigma are taken as they are', () => {
  const limits = computeLimits({ chart: 'i', data: flowRate, options: { center: 16, sigma: 4 } });
  expect(limits).toEqual({ center: 16, sigma: 4, ucl: 28, lcl: 4, values: flowRate });
});

test('the limits can be asked at another distance', () => {
  const { ucl, lcl } = computeLimits({ chart: 'i', data: [], options: { center: 10, sigma: 1, nsigmas: 2 } });
  expect([lcl, ucl]).toEqual([8, 12]);
});

test('only the baseline sets the limits', () => {
  const whole = computeLimits({ chart: 'i', data: [...flowRate, 90, 10, 90], options: { baseline: 10 } });
  const alone = computeLimits({ chart: 'i', data: flowRate });
  expect({ ...whole, values: flowRate }).toEqual(alone);
});

test('no moving range reaches across a gap', () => {
  const { center, sigma } = computeLimits({ chart: 'i', data: [1, 2, null, 9, 10] });
  expect(center).toBe(5.5);
  expect(sigma).toBeCloseTo(Math.sqrt(Math.PI) / 2, 14);
});

test('equal measurements have exactly their value as centre and no width', () => {
  const { center, sigma, ucl, lcl } = computeLimits({ chart: 'i', data: Array.from({ length: 10 }, () => 0.1) });
  expect([center, sigma, ucl, lcl]).toEqual([0.1, 0, 0.1, 0.1]);
});

test.each([
  ['nothing', []],
  ['one measurement', [5]],
  ['no two neighbours', [5, null, 6]],
])('%s is too little for limits', (_what, data) => {
  expect(() => computeLimits({ chart: 'i', data })).toThrow(RangeError);
});

test.each([
  ['individuals', { chart: 'i', data: Float64Array.from(flowRate) }, { chart: 'i', data: flowRate }],
  ['lists of one', { chart: 'i', data: flowRate.map((value) => [value]) }, { chart: 'i', data: flowRate }],
  [
    'subgroups',
    { chart: 'xbar', data: [Float64Array.of(1, 2, 3), Float32Array.of(2, 4, 6)] },
    {
      chart: 'xbar',
      data: [
        [1, 2, 3],
        [2, 4, 6],
      ],
    },
  ],
  [
    'counts in lists of one, with one size for all',
    { chart: 'p', data: [[3], [5], [2]], sizes: [50] },
    { chart: 'p', data: [3, 5, 2], sizes: 50 },
  ],
  [
    'sizes in a typed array',
    { chart: 'u', data: Float64Array.of(3, 5), sizes: Float64Array.of(10, 20) },
    { chart: 'u', data: [3, 5], sizes: [10, 20] },
  ],
] satisfies [string, ChartRequest, ChartRequest][])('numbers may come in any kind of list: %s', (_, given, plain) => {
  expect(computeLimits(given as ChartRequest)).toEqual(computeLimits(plain as ChartRequest));
});
