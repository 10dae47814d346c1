import { expect, test } from 'vitest';
import { aBooking } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { atWall, wallText } from './wall-field.ts';
import { between, blocksOf, rangeOf, timeInWords, timesOf, weekOf } from './week.ts';

const zone = 'Europe/Berlin';

test('a week begins on Monday, whichever of its days is named', () => {
  for (const day of ['2026-11-23', '2026-11-26', '2026-11-29']) {
    expect(weekOf(day)).toEqual([23, 24, 25, 26, 27, 28, 29].map((one) => `2026-11-${one}`));
  }
});

test('the range of a week is that of its midnights, also when clocks change in it', () => {
  expect(rangeOf(weekOf('2026-03-25'), zone)).toEqual({
    from: '2026-03-22T23:00:00.000Z',
    to: '2026-03-29T22:00:00.000Z',
  });
});

test('a booking over midnight is on both days', () => {
  const night = aBooking({ from: '2026-11-24T21:00:00.000Z', to: '2026-11-25T05:30:00.000Z' });
  const on = (date: string) => blocksOf(date, [night], zone).map(({ begin, end }) => [begin, end]);
  expect([on('2026-11-24'), on('2026-11-25'), on('2026-11-26')]).toEqual([[[22 * 60, 1440]], [[0, 390]], []]);
});

test('one that ends at midnight is not on the next day', () => {
  const evening = aBooking({ from: '2026-11-24T21:00:00.000Z', to: '2026-11-24T23:00:00.000Z' });
  expect(blocksOf('2026-11-24', [evening], zone)).toMatchObject([{ begin: 22 * 60, end: 1440 }]);
  expect(blocksOf('2026-11-25', [evening], zone)).toEqual([]);
});

test('a time is chosen upwards as downwards, in half hours', () => {
  expect(between('2026-11-24', 605, 700)).toEqual({ date: '2026-11-24', begin: 600, end: 720 });
  expect(between('2026-11-24', 700, 605)).toEqual({ date: '2026-11-24', begin: 600, end: 720 });
  expect(between('2026-11-24', 610, 610)).toMatchObject({ begin: 600, end: 630 });
  expect(between('2026-11-24', 1439, 1439)).toMatchObject({ begin: 1410, end: 1440 });
});

test('a chosen time ends at midnight of the next day at the latest', () => {
  const { from, to } = timesOf({ date: '2026-11-24', begin: 23 * 60, end: 1440 }, zone);
  expect([from.toISOString(), to.toISOString()]).toEqual(['2026-11-24T22:00:00.000Z', '2026-11-24T23:00:00.000Z']);
});

test('a time in words names the second day only where it is another one', () => {
  expect(timeInWords(aBooking(), zone)).toBe('Tue 24 Nov, 10:00–12:00');
  expect(timeInWords(aBooking({ id: anId(61), to: '2026-11-25T11:00:00.000Z' }), zone)).toBe(
    'Tue 24 Nov, 10:00 – Wed 25 Nov, 12:00',
  );
});

test('what a field shows is read back, and nothing from half a date', () => {
  expect(wallText('2026-11-24T09:05:00.000Z', zone)).toBe('2026-11-24T10:05');
  expect(atWall('2026-11-24T10:05', zone)?.toISOString()).toBe('2026-11-24T09:05:00.000Z');
  for (const typed of ['', '2026-11-24', '2026-13-40T10:00']) expect(atWall(typed, zone)).toBe(null);
});
