import { expect, test } from 'vitest';
import { computeLimits } from './limits.ts';

/** NIST/SEMATECH e-Handbook 6.3.3.2: chips that fail on 30 wafers of 50. */
const chips = [
  12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
];

test('p: the proportions chart of the e-Handbook, 0.2313 and 0.0524 to 0.4102', () => {
  const { center, sigma, ucl, lcl, values } = computeLimits({ chart: 'p', data: chips, sizes: 50 });
  expect(center).toBeCloseTo(0.2313, 4);
  expect(sigma).toBeCloseTo(Math.sqrt((0.231333 * 0.768667) / 50), 6);
  expect(Math.abs(Number(ucl) - 0.4102)).toBeLessThan(0.00011);
  expect(Math.abs(Number(lcl) - 0.0524)).toBeLessThan(0.00011);
  expect(values.slice(0, 2)).toEqual([0.24, 0.3]);
});

test('np is p in units', () => {
  const shares = computeLimits({ chart: 'p', data: chips, sizes: 50 });
  const units = computeLimits({ chart: 'np', data: chips, sizes: 50 });
  expect(units.values).toEqual(chips);
  for (const line of ['center', 'sigma', 'ucl', 'lcl'] as const) {
    expect(units[line]).toBeCloseTo(50 * Number(shares[line]), 10);
  }
});

test('samples of unequal sizes have their own lines: np also its own centre', () => {
  const [data, sizes] = [
    [2, 6],
    [10, 40],
  ];
  const deviation = (n: number) => Math.sqrt((0.16 * 0.84) / n);
  const shares = computeLimits({ chart: 'p', data, sizes });
  expect(shares.center).toBeCloseTo(0.16, 12);
  expect(shares.ucl).toEqual([10, 40].map((n) => expect.closeTo(0.16 + 3 * deviation(n), 12)));
  const units = computeLimits({ chart: 'np', data, sizes });
  expect(units.center).toEqual([expect.closeTo(1.6, 12), expect.closeTo(6.4, 12)]);
  expect(units.ucl).toEqual([10, 40].map((n) => expect.closeTo(n * (0.16 + 3 * deviation(n)), 12)));
});

test('c: the wafer chart of the e-Handbook (6.3.3.1), 16 and 4 to 28', () => {
  const data = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13];
  const { center, sigma, ucl, lcl } = computeLimits({ chart: 'c', data });
  expect([center, sigma, ucl, lcl]).toEqual([16, 4, 28, 4]);
});

test('u: flaws per unit', () => {
  const { center, ucl, lcl, values } = computeLimits({ chart: 'u', data: [6, 3, 9], sizes: [2, 1, 3] });
  expect(values).toEqual([3, 3, 3]);
  expect(center).toBe(3);
  expect(ucl).toEqual([2, 1, 3].map((n) => 3 + 3 * Math.sqrt(3 / n)));
  expect(lcl).toBe(0);
});

test('limits end where no value can be', () => {
  const most = computeLimits({ chart: 'p', data: [9, 10], sizes: 10 });
  expect([most.ucl, Number(most.lcl) > 0]).toEqual([1, true]);
  expect(computeLimits({ chart: 'np', data: [9, 10], sizes: 10 }).ucl).toBe(10);
  expect(computeLimits({ chart: 'c', data: [1, 2] }).lcl).toBe(0);
});

test('a sample of nothing and a missing count are gaps', () => {
  const { values, center } = computeLimits({ chart: 'p', data: [1, 0, null, 3], sizes: [10, 0, 10, 10] });
  expect(values).toEqual([0.1, null, null, 0.3]);
  expect(center).toBeCloseTo(0.2, 12);
});

test("Laney's charts are wider by the moving range of z", () => {
  const sizes = [10_000, 10_000, 40_000, 10_000];
  const data = [1000, 1200, 4000, 900];
  const plain = computeLimits({ chart: 'p', data, sizes });
  const laney = computeLimits({ chart: 'laney-p', data, sizes });
  const rate = 7100 / 70_000;
  const z = data.map((count, i) => {
    const n = sizes[i] ?? 1;
    return (count / n - rate) / Math.sqrt((rate * (1 - rate)) / n);
  });
  const moves = z.slice(1).map((value, i) => Math.abs(value - (z[i] ?? 0)));
  const sigmaZ = (moves.reduce((a, b) => a + b) / 3) * (Math.sqrt(Math.PI) / 2);
  expect(laney.sigmaZ).toBeCloseTo(sigmaZ, 10);
  expect(laney.center).toBe(plain.center);
  const widths = (plain.ucl as number[]).map((line) => rate + sigmaZ * (line - rate));
  expect(laney.ucl).toEqual(widths.map((line) => expect.closeTo(line, 10)));
});

test('a known centre needs no data', () => {
  const options = { center: 0.1 };
  const { center, ucl } = computeLimits({ chart: 'p', data: [1], sizes: [100], options });
  expect([center, ucl]).toEqual([0.1, expect.closeTo(0.19, 12)]);
});

test('g: units between events, with the spread of geometric counts', () => {
  const { center, sigma, ucl, lcl } = computeLimits({ chart: 'g', data: [3, 0, 5, 8] });
  expect([center, lcl]).toEqual([4, 0]);
  expect(sigma).toBeCloseTo(Math.sqrt(20), 12);
  expect(ucl).toBeCloseTo(4 + 3 * Math.sqrt(20), 12);
});

test('t: lines of times to the power 1/3.6, as times', () => {
  const data = [286, 948, 536, 124, 816];
  const { center, sigma, ucl, lcl, values } = computeLimits({ chart: 't', data });
  const even = computeLimits({ chart: 'i', data: data.map((time) => time ** (1 / 3.6)) });
  expect(values).toEqual(data);
  expect(sigma).toBeCloseTo(even.sigma, 12);
  expect([center, ucl, lcl]).toEqual(
    [even.center, even.ucl, even.lcl].map((line) => expect.closeTo(Math.max(0, line) ** 3.6, 8)),
  );
});

test('equal times are on their centre to the last bit', () => {
  const { center, ucl, lcl } = computeLimits({ chart: 't', data: [0.1, 0.1, 0.1] });
  expect([center, ucl, lcl]).toEqual([0.1, 0.1, 0.1]);
});

test.each([
  ['p', { data: [1, 2] }, 'needs the sizes of its samples'],
  ['u', { data: [1, 2, 3], sizes: [1, 2] }, '3 counts, but 2 sizes'],
  ['p', { data: [11], sizes: 10 }, 'In a sample of 10 there cannot be 11'],
  ['u', { data: [1], sizes: 0 }, 'In a sample of 0 there cannot be 1'],
  ['p', { data: [0, 0], sizes: 0 }, 'too few measurements'],
  ['p', { data: [1], sizes: [-5] }, 'at least 0, not -5'],
  ['np', { data: [1], sizes: [5], options: { center: 6 } }, 'cannot be 6'],
  ['c', { data: [3, -1] }, 'at least 0, not -1'],
  ['c', { data: [3, [1, 2]] }, 'at least 0, not [1,2]'],
  ['g', { data: [3, -1] }, 'at least 0, not -1'],
  ['t', { data: [3, -1] }, 'at least 0, not -1'],
  ['t', { data: [3, 1], options: { center: -1 } }, 'cannot be below 0'],
  ['laney-u', { data: [1], sizes: 10 }, 'too few measurements'],
] as const)('%s: %j is refused in words', (chart, request, words) => {
  const refused = () => computeLimits({ chart, ...request });
  expect(refused).toThrow(RangeError);
  expect(refused).toThrow(words);
});
