import { expect, test } from 'vitest';
import { decimalSignOf, isMissing, numberInCell, timeInCell } from './csv-cells.ts';

test.each([
  ['12.5', 12.5],
  [' -0.3e-2 ', -0.003],
  ['+7', 7],
  ['.5', 0.5],
  ['−4', -4],
])('%j is a number', (cell, value) => {
  expect(numberInCell(cell, '.')).toBe(value);
});

test('with a decimal comma a point is no number, and the other way round', () => {
  expect([numberInCell('12,5', ','), numberInCell('12.5', ','), numberInCell('12,5', '.')]).toEqual([12.5, null, null]);
});

test.each(['1,234.5', '1 000', '12 nm', '', '0x10', 'Infinity', '1e999', '1.2.3', '--1'])('%j is no number', (cell) => {
  expect([numberInCell(cell, '.'), numberInCell(cell, ',')]).toEqual([null, null]);
});

test('cells that say that there is no value', () => {
  expect(['', ' ', 'NA', 'n/a', 'NaN', '-', '0'].map(isMissing)).toEqual([true, true, true, true, true, true, false]);
});

test('the decimal sign is a comma only where no number has a point', () => {
  expect(decimalSignOf(['lot, 7', '12,5', '13'])).toBe(',');
  expect(decimalSignOf(['12,5', '13.5'])).toBe('.');
  expect(decimalSignOf(['12', 'x'])).toBe('.');
});

const local = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  new Date(...parts).toISOString();

test.each([
  ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21T10:00:00.25+02:00', '2026-11-21T08:00:00.250Z'],
  ['2026-11-21 10:00-0530', '2026-11-21T15:30:00.000Z'],
  ['2026-11-21 10:00:07', local(2026, 10, 21, 10, 0, 7)],
  ['2026-11-21', local(2026, 10, 21)],
  ['21.11.2026 14:05', local(2026, 10, 21, 14, 5)],
  ['1.2.2026', local(2026, 1, 1)],
])('%j is a time', (cell, instant) => {
  expect(timeInCell(cell)).toBe(instant);
});

test.each([
  '11/21/2026',
  '2026-02-31',
  '2026-13-01',
  '2026-01-01 24:30',
  '2026-01-01 10:61',
  'yesterday',
  '46000.5',
  '',
])('%j is no time', (cell) => {
  expect(timeInCell(cell)).toBeNull();
});
