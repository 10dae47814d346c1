import { expect, test } from 'vitest';
import { chiSquareQuantile } from './chi-square.ts';
import { logGamma } from './gamma.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { studentQuantile } from './student-t.ts';

const digits = (value: number, exact: number) => -Math.log10(Math.abs(value / exact - 1) + 1e-16);

// The exact values were computed with 40 digits (mpmath 1.3).

test.each([
  [-12, 1.776482112077679e-33],
  [-6, 9.86587645037698e-10],
  [-2.5, 0.006209665325776135],
  [-0.01, 0.4960106436853684],
  [0.5, 0.6914624612740131],
  [2.6, 0.9953388119762813],
  [5, 0.9999997133484281],
])('the share of the normal distribution below %d', (z, share) => {
  expect(digits(normalCdf(z), share)).toBeGreaterThan(12);
});

test.each([
  [1e-20, -9.262340089798407],
  [0.005, -2.575829303548901],
  [0.3, -0.5244005127080408],
  [0.9, 1.2815515655446006],
  [0.975, 1.9599639845400538],
])('the normal quantile of %d', (p, exact) => {
  expect(digits(normalQuantile(p), exact)).toBeGreaterThan(12);
});

test.each([
  [0.005, 0.5, 8.437122369237064e-10],
  [0.025, 1, 0.000982069117175256],
  [0.5, 3.7, 3.058889359041863],
  [0.975, 9, 19.02276779864163],
  [0.995, 19, 38.58225655493424],
  [0.000001, 124, 62.945116824162724],
  [0.025, 999.5, 913.7790733081249],
  [0.975, 9999, 10278.056320256948],
  [0.5, 199_999, 199998.3333337284],
])('the chi-square quantile of %d with %d degrees of freedom', (p, df, exact) => {
  expect(digits(chiSquareQuantile(p, df), exact)).toBeGreaterThan(12);
});

test.each([
  [0.00001, 1, -31830.98860790709],
  [0.975, 1, 12.706204736174694],
  [0.025, 2, -4.302652729749464],
  [0.995, 9, 3.249835541592126],
  [0.95, 24.5, 1.7094823754122983],
  [0.3, 124, -0.5257512706113547],
  [0.975, 9999, 1.960201263621357],
])('the quantile of Student’s t of %d with %d degrees of freedom', (p, df, exact) => {
  expect(digits(studentQuantile(p, df), exact)).toBeGreaterThan(11);
});

test.each([
  [0.01, 4.599479878042022],
  [0.5, 0.5723649429247001],
  [14.9, 24.924132002217277],
  [4999.5, 37578.36779409464],
])('the logarithm of the gamma function of %d', (a, exact) => {
  expect(digits(logGamma(a), exact)).toBeGreaterThan(13);
});

test('what is no share or no degree of freedom is refused', () => {
  for (const p of [0, 1, -0.1, Number.NaN]) {
    expect(() => normalQuantile(p)).toThrow(RangeError);
    expect(() => chiSquareQuantile(p, 5)).toThrow(RangeError);
    expect(() => studentQuantile(p, 5)).toThrow(RangeError);
  }
  expect(() => chiSquareQuantile(0.5, 0)).toThrow('Degrees of freedom');
  expect(() => studentQuantile(0.5, -1)).toThrow('Degrees of freedom');
});
