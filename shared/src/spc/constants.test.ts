import { expect, test } from 'vitest';
import { constants } from './constants.ts';
import { medianDeviation } from './median-deviation.ts';

test('d2, d3 and c4 of two and three are what they are in closed form', () => {
  const [two, three] = [constants(2), constants(3)];
  expect(two.d2).toBeCloseTo(2 / Math.sqrt(Math.PI), 14);
  expect(two.d3).toBeCloseTo(Math.sqrt(2 - 4 / Math.PI), 13);
  expect(two.c4).toBeCloseTo(Math.sqrt(2 / Math.PI), 15);
  expect(three.d2).toBeCloseTo(3 / Math.sqrt(Math.PI), 14);
  expect(three.c4).toBeCloseTo(Math.sqrt(Math.PI) / 2, 15);
});

/** Integrated with 30 digits by mpmath; d3 by a second formula, from the density of the range. */
test.each([
  [4, 2.058750746008, 0.879808202825, 0.9213177319236],
  [5, 2.325928947281, 0.8640819410995, 0.9399856029866],
  [10, 3.07750546167, 0.7970506735194, 0.9726592741216],
  [25, 3.930629219507, 0.7084407658886, 0.9896403755857],
  [100, 5.015187272883, 0.6051791094878, 0.9974779760713],
])('d2, d3 and c4 of %i to twelve digits', (n, d2, d3, c4) => {
  const ours = constants(n);
  expect([ours.d2, ours.d3, ours.c4].map((value) => value.toPrecision(12))).toEqual(
    [d2, d3, c4].map((value) => value.toPrecision(12)),
  );
});

/** Montgomery, Introduction to Statistical Quality Control, Appendix VI: three decimals (it has 2.660 for E2, from a rounded d2). */
test.each([
  [5, { A: 1.342, A2: 0.577, A3: 1.427, B3: 0, B4: 2.089, B5: 0, B6: 1.964, D1: 0, D2: 4.918, D3: 0, D4: 2.114 }],
  [
    10,
    {
      A: 0.949,
      A2: 0.308,
      A3: 0.975,
      B3: 0.284,
      B4: 1.716,
      B5: 0.276,
      B6: 1.669,
      D1: 0.687,
      D2: 5.469,
      D3: 0.223,
      D4: 1.777,
    },
  ],
  [2, { A: 2.121, A2: 1.88, A3: 2.659, B4: 3.267, B6: 2.606, D2: 3.686, D4: 3.267, E2: 2.659 }],
])('the table of constants for %i', (n, printed) => {
  const ours: Record<string, number> = constants(n);
  const wrong = Object.entries(printed).filter(([name, value]) => !(Math.abs((ours[name] ?? 9) - value) < 0.0011));
  expect(wrong).toEqual([]);
});

test('c4 goes on smoothly where its series takes over', () => {
  const [before, first, after] = [constants(201).c4, constants(202).c4, constants(203).c4];
  expect(first - before).toBeCloseTo(after - first, 6);
  expect(constants(100_000).c4).toBeCloseTo(1 - 1 / (4 * 99_999), 10);
});

/** A4 = 3·sd/d2 of median charts: ISO 7870-2, to three decimals. */
test.each([
  [2, 1.88],
  [3, 1.187],
  [4, 0.796],
  [5, 0.691],
  [6, 0.549],
  [7, 0.509],
  [8, 0.432],
  [9, 0.412],
  [10, 0.363],
])('the median of %i values has the standard deviation of the published A4', (n, a4) => {
  expect(Math.abs((3 * medianDeviation(n)) / constants(n).d2 - a4)).toBeLessThan(0.001);
});

test.each([1, 0, -2, 2.5, Number.NaN])('there are no constants for subgroups of %d', (n) => {
  expect(() => constants(n)).toThrow('two or more');
});
