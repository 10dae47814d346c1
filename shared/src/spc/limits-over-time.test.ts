import { expect, test } from 'vitest';
import { computeLimits } from './limits.ts';

test('ewma: the chart of the e-Handbook (6.3.2.4), 47.4115 to 52.5884', () => {
  const { values, ucl, lcl } = computeLimits({
    chart: 'ewma',
    data: [
      52, 47, 53, 49.3, 50.1, 47, 51, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
    ],
    options: { center: 50, sigma: 2.0539, lambda: 0.3, limitsType: 'asymptotic' },
  });
  const printed = [
    50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38, 49.92,
    50.73, 51.23, 51.94, 51.99,
  ];
  // The handbook rounds each average before the next.
  expect(values.filter((value, i) => !(Math.abs(value! - (printed[i] ?? 0)) < 0.006))).toEqual([]);
  expect(ucl).toBeCloseTo(52.5884, 3);
  expect(lcl).toBeCloseTo(47.4115, 3);
});

test('ewma: exact limits widen to the asymptotic ones', () => {
  const request = { chart: 'ewma', data: Array.from({ length: 200 }, () => 1) } as const;
  const options = { center: 0, sigma: 2, lambda: 0.1, nsigmas: 2.7 };
  const exact = computeLimits({ ...request, options }).ucl as number[];
  const after = (i: number) => 2.7 * 2 * Math.sqrt((0.1 / 1.9) * (1 - 0.9 ** (2 * i)));
  expect(exact.slice(0, 3)).toEqual([1, 2, 3].map((i) => expect.closeTo(after(i), 12)));
  const asymptotic = computeLimits({ ...request, options: { ...options, limitsType: 'asymptotic' } }).ucl;
  expect(exact.at(-1)).toBeCloseTo(Number(asymptotic), 8);
});

test('ewma: subgroups of unequal sizes have the variance of their own weights', () => {
  const data = [[1, 3], [4], [2, 2, 2, 6]];
  const options = { center: 2, sigma: 1, lambda: 0.5 };
  const { values, ucl } = computeLimits({ chart: 'ewma', data, options });
  expect(values).toEqual([2, 3, 3]);
  const first = 0.25 / 2;
  const second = 0.25 + 0.25 * first;
  const third = 0.25 / 4 + 0.25 * second;
  expect(ucl).toEqual([first, second, third].map((variance) => expect.closeTo(2 + 3 * Math.sqrt(variance), 12)));
});

test('ewma and cusum: a gap leaves what was there', () => {
  const options = { center: 0, sigma: 1, lambda: 0.5 };
  const average = computeLimits({ chart: 'ewma', data: [2, null, 2], options });
  expect(average.values).toEqual([1, null, 1.5]);
  const sums = computeLimits({ chart: 'cusum', data: [2, null, 2], options });
  expect([sums.pos, sums.neg]).toEqual([
    [1.5, null, 3],
    [0, null, 0],
  ]);
});

test('cusum: the chart of the e-Handbook (6.3.2.3) signals an upward shift from the fourteenth group on', () => {
  const data = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6, 324.625, 325.15, 328.325,
    327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
  ];
  const options = { center: 325, sigma: 0.635, shift: 1, decisionInterval: 4.1959 / 0.635 };
  const { pos, neg, ucl, lcl } = computeLimits({ chart: 'cusum', data, options });
  expect(pos.flatMap((sum, i) => (sum! > ucl ? [i] : []))).toEqual([13, 14, 15, 16, 17, 18, 19]);
  expect(neg.filter((sum) => sum! < lcl)).toEqual([]);
});

test('cusum: sums are in standard deviations of the mean, from the head start on, the lower ones at most 0', () => {
  const { pos, neg, ucl, lcl, center, sigma } = computeLimits({
    chart: 'cusum',
    data: [
      [11, 13, 12, 12],
      [9, 9, 9, 9],
    ],
    options: { center: 10, sigma: 2, headStart: 2.5, decisionInterval: 4, shift: 2 },
  });
  expect(pos).toEqual([3.5, 1.5]);
  expect(neg).toEqual([0, 0]);
  expect([center, sigma, ucl, lcl]).toEqual([10, 2, 4, -4]);
});

test('cusum: mirrored data swap the sums', () => {
  const data = [1, -2, 3, 2.5, -1, -4, -3];
  const options = { center: 0, sigma: 1, headStart: 1 };
  const up = computeLimits({ chart: 'cusum', data, options });
  const down = computeLimits({ chart: 'cusum', data: data.map((value) => -value), options });
  expect(down.pos).toEqual(up.neg.map((sum) => (sum ? -sum : sum)));
});

test.each([
  ['cusum', { data: [1, 1, 1] }, 'sigma above 0'],
  ['ewma', { data: [1, 2], options: { lambda: 0 } }, 'Lambda must be above 0'],
  ['ewma', { data: [1, 2], options: { lambda: 1.1 } }, 'Lambda must be above 0'],
  ['cusum', { data: [1, 2], options: { decisionInterval: 0 } }, 'decision interval'],
  ['cusum', { data: [1, 2], options: { headStart: -1 } }, 'head start'],
] as const)('%s: %j is refused in words', (chart, request, words) => {
  const refused = () => computeLimits({ chart, ...request });
  expect(refused).toThrow(RangeError);
  expect(refused).toThrow(words);
});
