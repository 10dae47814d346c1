import { expect, test } from 'vitest';
import { valueTicks, xTicks } from './ticks.ts';

const labels = (ticks: { label: string }[]) => ticks.map(({ label }) => label);

test('values are labelled at round numbers, with as many decimals as tell neighbours apart', () => {
  expect(labels(valueTicks({ min: 11.3, max: 13.8 }, 5))).toEqual(['11.5', '12.0', '12.5', '13.0', '13.5']);
  expect(labels(valueTicks({ min: 1013.251, max: 1013.259 }, 4))).toEqual(['1,013.252', '1,013.254', '1,013.256', '1,013.258']); // prettier-ignore
  expect(labels(valueTicks({ min: -0.1, max: 0.1 }, 4))).toEqual(['-0.10', '-0.05', '0.00', '0.05', '0.10']);
});

test('very large and very small values are labelled by powers of ten', () => {
  expect(labels(valueTicks({ min: 0, max: 4e-9 }, 2))).toEqual(['0', '2e-9', '4e-9']);
  expect(labels(valueTicks({ min: 1e9, max: 2e9 }, 2))).toEqual(['1.0e+9', '1.5e+9', '2.0e+9']);
});

test('points are numbered from 1, at whole numbers only', () => {
  const ticks = (span: { min: number; max: number }, width = 640) => xTicks(span, { x: 'number', width, space: 64 });
  expect(ticks({ min: -0.5, max: 99.5 }).slice(0, 2)).toEqual([
    { at: 9, label: '10' },
    { at: 19, label: '20' },
  ]);
  expect(labels(ticks({ min: -0.5, max: 3.5 }))).toEqual(['1', '2', '3', '4']);
});

test('times are labelled at round times of the day', () => {
  const noon = new Date(2026, 10, 21, 12).getTime();
  const ticks = xTicks({ min: noon - 1, max: noon + 3_600_000 }, { x: 'time', width: 600, space: 84 });
  expect(labels(ticks)).toEqual(['12:00', '12:10', '12:20', '12:30', '12:40', '12:50', '13:00']);
  const days = xTicks({ min: noon, max: noon + 5 * 86_400_000 }, { x: 'time', width: 600, space: 84 });
  expect(labels(days)).toEqual(['22 Nov', '23 Nov', '24 Nov', '25 Nov', '26 Nov']);
});
