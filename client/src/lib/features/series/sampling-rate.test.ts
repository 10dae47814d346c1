import { expect, test } from 'vitest';
import { alarmsInWords, pointsPerWeek, rateInWords, samplingRate } from './sampling-rate.ts';

const minute = 60_000;
const every = (distance: number, count: number) => Array.from({ length: count }, (_, i) => 1_000_000 + i * distance);

test('the rate is that of the newest points, pauses included', () => {
  const rate = samplingRate([0, ...every(10 * minute, 1000)]);
  expect(rate && pointsPerWeek(rate)).toBeCloseTo(1008, 8);
  const paused = samplingRate([0, minute, 2 * minute, 300 * minute]);
  expect(paused && pointsPerWeek(paused)).toBeCloseTo((3 / 5) * 168, 8);
  expect(rateInWords(paused)).toBe('At 14 points a day, as the last 4 points came within 5 h 00 min.');
});

test.each([[[]], [[5]], [[5, 5, 5]]])('points at %j tell no rate', (times) => {
  expect(samplingRate(times)).toBeNull();
});

test('false alarms are told per week at the rate, or per 1,000 points where there is none', () => {
  expect(alarmsInWords(0.0027, samplingRate(every(10 * minute, 20)))).toBe('2.7 a week');
  expect(alarmsInWords(0.0027, null)).toBe('2.7 per 1,000 points');
  expect(alarmsInWords(1e-9, null)).toBe('under 0.01 per 1,000 points');
});
