import { expect, test } from 'vitest';
import { constants } from './constants.ts';
import { computeLimits } from './limits.ts';

const subgroups = [
  [4, 6, 5, 7],
  [5, 9, 6, 8],
  [3, 4, 6, 7],
  [8, 6, 7, 5],
];
const meanRange = (3 + 4 + 4 + 3) / 4;
const grandMean = 6;

test('xbar: the mean of all, and A2 times the mean range', () => {
  const { center, sigma, ucl, lcl, values } = computeLimits({ chart: 'xbar', data: subgroups });
  const { A2, d2 } = constants(4);
  expect(values).toEqual([5.5, 7, 5, 6.5]);
  expect(center).toBe(grandMean);
  expect(sigma).toBeCloseTo(meanRange / d2, 12);
  expect(ucl).toBeCloseTo(grandMean + A2 * meanRange, 12);
  expect(lcl).toBeCloseTo(grandMean - A2 * meanRange, 12);
});

test('r: the mean range times D3 and D4, s: the mean of s times B3 and B4', () => {
  const ranges = computeLimits({ chart: 'r', data: subgroups });
  const { D4, B4 } = constants(4);
  expect(ranges.values).toEqual([3, 4, 4, 3]);
  expect([ranges.center, ranges.lcl]).toEqual([meanRange, 0]);
  expect(ranges.ucl).toBeCloseTo(D4 * meanRange, 12);
  const deviations = computeLimits({ chart: 's', data: subgroups });
  expect(deviations.ucl).toBeCloseTo(B4 * Number(deviations.center), 12);
});

test('plain numbers with sizes are cut into subgroups, with one size or with one for each', () => {
  const data = subgroups.flat();
  const whole = computeLimits({ chart: 'xbar', data: subgroups });
  expect(computeLimits({ chart: 'xbar', data, sizes: 4 })).toEqual(whole);
  expect(computeLimits({ chart: 'xbar', data, sizes: [4, 4, 4, 4] })).toEqual(whole);
});

test('numbers with one size each are means of so many', () => {
  const options = { center: 10, sigma: 2 };
  const { values, ucl, lcl } = computeLimits({ chart: 'xbar', data: [9, 11], sizes: [4, 16], options });
  expect([values, ucl, lcl]).toEqual([
    [9, 11],
    [13, 11.5],
    [7, 8.5],
  ]);
});

test('single measurements are subgroups of one, judged by their moving ranges', () => {
  const data = [4, 6, 5, 7, 5];
  const individuals = computeLimits({ chart: 'i', data });
  expect(computeLimits({ chart: 'xbar', data })).toEqual(individuals);
  expect(computeLimits({ chart: 'xbar', data: data.map((value) => [value]) })).toEqual(individuals);
});

test('unequal subgroups have their own lines, by the measurements that are there', () => {
  const data = [[4, 6, 5, 7], [5, null, null, 8], null, [null, null], [8, 6, 7, 5]];
  const { values, center, sigma, ucl } = computeLimits({ chart: 'xbar', data });
  expect(values).toEqual([5.5, 6.5, null, null, 6.5]);
  expect(center).toBeCloseTo((22 + 13 + 26) / 10, 12);
  const reach = (n: number) => Number(center) + (3 * Number(sigma)) / Math.sqrt(n);
  // What is missing has the lines of the usual size.
  expect(ucl).toEqual([reach(4), reach(2), reach(4), reach(4), reach(4)]);
});

test('r and s of unequal subgroups have the centre of their own size', () => {
  const data = [
    [4, 6, 5, 7],
    [5, 8],
    [8, 6, 7, 5],
  ];
  const ranges = computeLimits({ chart: 'r', data });
  const sigma = Number(ranges.sigma);
  expect(sigma).toBeCloseTo((6 / constants(4).d2 + 3 / constants(2).d2) / 3, 12);
  expect(ranges.center).toEqual([4, 2, 4].map((n) => constants(n).d2 * sigma));
  const deviations = computeLimits({ chart: 's', data, options: { sigma: 2 } });
  expect(deviations.center).toEqual([4, 2, 4].map((n) => constants(n).c4 * 2));
});

test('a subgroup of one measurement has no spread: it is a gap and sets no limits', () => {
  const data = [[4, 6, 5, 7], [9], [8, 6, 7, 5]];
  const without = computeLimits({ chart: 's', data: [data[0] ?? null, data[2] ?? null] });
  expect(computeLimits({ chart: 's', data })).toEqual({
    ...without,
    values: [without.values[0], null, without.values[1]],
  });
});

test('the ways to estimate sigma', () => {
  const data = [
    [4, 6],
    [5, 8, 8],
  ];
  const sigmaBy = (sigmaMethod: 'UWAVE-R' | 'MVLUE-R' | 'UWAVE-SD' | 'MVLUE-SD' | 'RMSDF' | 'SD') =>
    computeLimits({ chart: 'xbar', data, options: { sigmaMethod } }).sigma;
  const [two, three] = [constants(2), constants(3)];
  const weighted = (a: [number, number], b: [number, number]) => (a[0] * a[1] + b[0] * b[1]) / (a[1] + b[1]);
  const [s2, s3] = [Math.SQRT2, Math.sqrt(3)];
  expect(sigmaBy('UWAVE-R')).toBeCloseTo((2 / two.d2 + 3 / three.d2) / 2, 12);
  expect(sigmaBy('UWAVE-SD')).toBeCloseTo((s2 / two.c4 + s3 / three.c4) / 2, 12);
  expect(sigmaBy('MVLUE-R')).toBeCloseTo(
    weighted([2 / two.d2, (two.d2 / two.d3) ** 2], [3 / three.d2, (three.d2 / three.d3) ** 2]),
    12,
  );
  const weight = (c4: number) => c4 ** 2 / (1 - c4 ** 2);
  expect(sigmaBy('MVLUE-SD')).toBeCloseTo(
    weighted([s2 / two.c4, weight(two.c4)], [s3 / three.c4, weight(three.c4)]),
    12,
  );
  expect(sigmaBy('RMSDF')).toBeCloseTo(Math.sqrt((2 + 2 * 3) / 3) / constants(4).c4, 12);
  // Mean 6.2, squares 2.2² + 0.2² + 1.2² + 2·1.8².
  expect(sigmaBy('SD')).toBeCloseTo(Math.sqrt(12.8 / 4) / constants(5).c4, 12);
});

test('median: the mean of the medians, and A4 times the mean range', () => {
  const { values, center, ucl } = computeLimits({
    chart: 'median',
    data: [
      [4, 9, 5],
      [7, 6, 5],
      [8, null, 6],
    ],
    options: { sigma: 1 },
  });
  expect(values).toEqual([5, 6, 7]);
  expect(center).toBeCloseTo((5 * 3 + 6 * 3 + 7 * 2) / 8, 12);
  // The standard deviation of the middle one of three: 0.66983 (David and Nagaraja, Order Statistics).
  expect(Number((ucl as number[])[0]) - Number(center)).toBeCloseTo(3 * 0.6698291607, 9);
});

test('mr: ranges of neighbours from the second on, none across a gap, D4(2) times their mean as limit', () => {
  const { values, center, ucl, lcl } = computeLimits({ chart: 'mr', data: [1, 3, 2, null, 5, 8] });
  expect(values).toEqual([2, 1, null, null, 3]);
  expect([center, lcl]).toEqual([2, 0]);
  expect(ucl).toBeCloseTo(2 * constants(2).D4, 12);
});

test('mr with a span of three', () => {
  const { values, center, sigma } = computeLimits({ chart: 'mr', data: [1, 3, 2, 5, 8], options: { mrSpan: 3 } });
  expect(values).toEqual([2, 3, 6]);
  expect(center).toBeCloseTo(11 / 3, 12);
  expect(sigma).toBeCloseTo(11 / 3 / constants(3).d2, 12);
});

test('what is excluded sets no limits and breaks moving ranges, but is drawn', () => {
  const data = [1, 2, 50, 4, 6];
  const excluded = computeLimits({ chart: 'i', data, options: { exclude: [2] } });
  expect(excluded).toEqual({ ...computeLimits({ chart: 'i', data: [1, 2, null, 4, 6] }), values: data });
});

test('a confidence level sets the limits at the normal quantile', () => {
  const options = { center: 0, sigma: 1, confidenceLevel: 0.99 };
  expect(computeLimits({ chart: 'i', data: [], options }).ucl).toBeCloseTo(2.5758293035489, 12);
});

test('no options may also be null or the empty list that R writes', () => {
  const without = computeLimits({ chart: 'i', data: [1, 2, 4] });
  expect(computeLimits({ chart: 'i', data: [1, 2, 4], options: [] })).toEqual(without);
  expect(computeLimits({ chart: 'i', data: [1, 2, 4], options: null })).toEqual(without);
});

test.each(['xbar', 'median', 'i', 'ewma'] as const)('%s lines move and stretch with the data', (chart) => {
  const data = chart === 'i' ? [4, 6, null, 7, 5] : subgroups;
  const moved = data.map((item) => (Array.isArray(item) ? item.map((x) => 10 + 4 * x) : item && 10 + 4 * item));
  const [before, after] = [computeLimits({ chart, data }), computeLimits({ chart, data: moved })];
  for (const line of ['center', 'ucl', 'lcl'] as const) {
    expect([after[line]].flat()).toEqual([before[line]].flat().map((at) => expect.closeTo(10 + 4 * at, 10)));
  }
});

test.each([
  ['r', { data: [1, 2, 3] }, 'need subgroups of two or more'],
  ['s', { data: [[1], [2]] }, 'need subgroups of two or more'],
  ['xbar', { data: [[1], [2]], options: { sigmaMethod: 'UWAVE-R' } }, 'needs subgroups of two or more'],
  ['xbar', { data: subgroups, options: { sigmaMethod: 'MR' } }, 'for single measurements'],
  ['xbar', { data: [1, 2, 3], sizes: [2, 2] }, 'cannot be cut into subgroups'],
  ['xbar', { data: [1, 2, 3], sizes: 0 }, 'size of subgroups'],
  ['xbar', { data: [null, []] }, 'too few measurements'],
  ['median', { data: [[1, Infinity]] }, 'finite number'],
  ['i', { data: [1, Number.NaN] }, 'finite number'],
  ['i', { data: [1, 2], options: { baseline: 0 } }, 'at least one point'],
  ['i', { data: [1, 2], options: { exclude: [0, 1] } }, 'too few measurements'],
  ['i', { data: [1, 2], options: { exclude: [-1] } }, 'by their index'],
  ['i', { data: [1, 2], options: { nsigmas: 0 } }, 'distance above 0'],
  ['i', { data: [1, 2], options: { confidenceLevel: 1 } }, 'between 0 and 1'],
  ['i', { data: [1, 2], options: { sigma: -1 } }, 'given sigma'],
  ['mr', { data: [1, 2], options: { mrSpan: 3 } }, 'too few measurements'],
  ['mr', { data: [1, 2], options: { mrSpan: 1 } }, '2 to 100'],
] as const)('%s: %j is refused in words', (chart, request, words) => {
  const refused = () => computeLimits({ chart, ...request });
  expect(refused).toThrow(RangeError);
  expect(refused).toThrow(words);
});
