import { expect, test } from 'vitest';
import { createChart } from './create-chart.ts';
import { judgedPoint } from './judged-point.ts';

test('measurements below 0 are judged as they are', () => {
  const chart = createChart({ chart: 'i', parameters: { center: 0, sigma: 1 } });
  const seen = [-5, -0.5, 0, 0.5, 5, null].map((value) => judgedPoint(chart.push(value)).value);
  expect(seen).toEqual([-5, -0.5, 0, 0.5, 5, null]);
});

test('of two cumulative sums the one farther from 0 is judged', () => {
  const chart = createChart({ chart: 'cusum', parameters: { center: 0, sigma: 1 } });
  const seen = [2, -5, 3].map((value) => judgedPoint(chart.push(value)).value);
  // The sums are 1.5 and 0, 0 and -4.5, 2.5 and -1.
  expect(seen).toEqual([1.5, -4.5, 2.5]);
});
