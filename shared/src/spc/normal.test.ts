import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

/** Computed with 30 digits by mpmath. */
test.each([
  [-9, 1.1285884059538405e-19],
  [-5, 2.8665157187919391e-7],
  [-2.5, 6.209665325776135e-3],
  [-1, 0.15865525393145705],
  [0, 0.5],
  [1.959963984540054, 0.975],
  [3, 0.9986501019683699],
])('the share below %d', (x, share) => {
  expect(Math.abs(normalCdf(x) / share - 1)).toBeLessThan(3e-14);
});

test.each([1e-12, 0.00135, 0.3, 0.5, 0.975, 0.999])('the quantile of %d is where that share is below', (share) => {
  expect(Math.abs(normalCdf(normalQuantile(share)) / share - 1)).toBeLessThan(1e-13);
});

test('what is no number has no share, and is told at once', () => {
  expect(normalCdf(Number.NaN)).toBeNaN();
});

test.each([0, 1, -0.1, Number.NaN])('there is no quantile of %d', (share) => {
  expect(() => normalQuantile(share)).toThrow('between 0 and 1');
});
