import { expect, test } from 'vitest';
import { movedAlong, NoSeries, occurrences, Recurrence, type Span } from './recurrence.ts';
import { instantOf, isTimeZone, wallClockAt } from './wall-clock.ts';

const berlin = 'Europe/Berlin';
const span = (from: string, to: string): Span => ({ from: new Date(from), to: new Date(to) });
const series = (first: Span, rule: object, zone = berlin) =>
  occurrences(first, Recurrence.parse({ frequency: 'daily', ...rule }), zone).map(
    ({ from, to }) => `${from.toISOString().slice(0, 16)}/${to.toISOString().slice(0, 16)}`,
  );
const minutes = (hours: number, more = 0): number => hours * 60 + more;

test('a zone is known by its name', () => {
  expect(['Europe/Berlin', 'UTC', 'America/St_Johns'].every(isTimeZone)).toBe(true);
  expect(['Europe/Atlantis', '', 'no zone'].some(isTimeZone)).toBe(false);
});

test.each([
  ['2026-07-01', minutes(9), berlin, '2026-07-01T07:00:00.000Z'],
  ['2026-12-01', minutes(9), berlin, '2026-12-01T08:00:00.000Z'],
  // Clocks go forward at 2:00: half past two is half past three.
  ['2026-03-29', minutes(2, 30), berlin, '2026-03-29T01:30:00.000Z'],
  // Clocks go back at 3:00: half past two comes twice, and is the first.
  ['2026-10-25', minutes(2, 30), berlin, '2026-10-25T00:30:00.000Z'],
  ['2026-11-01', minutes(1, 30), 'America/New_York', '2026-11-01T05:30:00.000Z'],
  // Half an hour of summer time only.
  ['2026-10-04', minutes(2, 15), 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
  ['2026-06-01', minutes(0), 'Asia/Kathmandu', '2026-05-31T18:15:00.000Z'],
])('the wall shows %s and %i minutes in %s', (date, minute, zone, instant) => {
  expect(instantOf({ date, minute }, zone).toISOString()).toBe(instant);
});

test('what the wall shows is found again, every half hour of a year, where it is shown once', () => {
  for (const zone of [berlin, 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Chatham']) {
    const step = 1_800_000;
    let last = '';
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += step) {
      const wall = wallClockAt(new Date(at), zone);
      const shown = `${wall.date} ${String(wall.minute).padStart(4, '0')}`;
      // Shown before already: the second of two, whose instant is the first.
      const again = shown <= last;
      last = again ? last : shown;
      expect(instantOf(wall, zone).getTime() === at, `${zone} ${shown}`).toBe(!again);
    }
  }
});

test('a daily series keeps its time on the wall when clocks change', () => {
  expect(series(span('2026-03-28T08:00:00Z', '2026-03-28T10:00:00Z'), { count: 3 })).toEqual([
    '2026-03-28T08:00/2026-03-28T10:00',
    '2026-03-29T07:00/2026-03-29T09:00',
    '2026-03-30T07:00/2026-03-30T09:00',
  ]);
});

test('a night over a change of clocks is an hour shorter, or longer', () => {
  const nights = (first: Span) => occurrences(first, Recurrence.parse({ frequency: 'daily', count: 2 }), berlin);
  const hours = ({ from, to }: Span) => (to.getTime() - from.getTime()) / 3_600_000;
  expect(nights(span('2026-03-27T21:00:00Z', '2026-03-28T05:00:00Z')).map(hours)).toEqual([8, 7]);
  expect(nights(span('2026-10-23T20:00:00Z', '2026-10-24T04:00:00Z')).map(hours)).toEqual([8, 9]);
});

test('a time that is skipped begins when the clocks have jumped, and lasts as long as the others', () => {
  expect(series(span('2026-03-28T01:15:00Z', '2026-03-28T01:45:00Z'), { count: 2 })).toEqual([
    '2026-03-28T01:15/2026-03-28T01:45',
    '2026-03-29T01:15/2026-03-29T01:45',
  ]);
  const overTheJump = series(span('2026-03-28T01:30:00Z', '2026-03-28T02:00:00Z'), { count: 2 });
  expect(overTheJump[1]).toBe('2026-03-29T01:30/2026-03-29T02:00');
});

test('every other week, on the days that were chosen, until a day that counts', () => {
  const rule = { frequency: 'weekly', interval: 2, weekdays: [3, 5], until: '2026-11-20' };
  expect(series(span('2026-11-04T09:00:00Z', '2026-11-04T10:00:00Z'), rule).map((one) => one.slice(5, 10))).toEqual([
    '11-04',
    '11-06',
    '11-18',
    '11-20',
  ]);
});

test('a weekly series without days comes on that of the first', () => {
  const rule = { frequency: 'weekly', count: 3 };
  expect(series(span('2026-11-04T09:00:00Z', '2026-11-04T10:00:00Z'), rule).map((one) => one.slice(5, 10))).toEqual([
    '11-04',
    '11-11',
    '11-18',
  ]);
});

test('the day is that of the zone, not of the server', () => {
  const late = span('2026-11-05T02:00:00Z', '2026-11-05T03:00:00Z');
  const rule = { frequency: 'weekly', weekdays: [3], count: 1 };
  expect(series(late, rule, 'America/New_York')).toHaveLength(1);
  expect(() => series(late, rule, berlin)).toThrow('The day of the first booking');
});

test.each([
  [{ until: '2026-11-03' }, 'It ends before it begins.'],
  [{ until: '2028-12-01' }, 'A series lasts two years at most.'],
  [{ until: '2027-12-01' }, 'At most 200 times.'],
  [{ frequency: 'weekly', interval: 52, count: 5 }, 'A series lasts two years at most.'],
  [{ frequency: 'weekly', weekdays: [1], count: 2 }, 'The day of the first booking is one of the days of the series.'],
])('%o cannot be', (rule, words) => {
  const make = () => series(span('2026-11-04T09:00:00Z', '2026-11-04T10:00:00Z'), rule);
  expect(make).toThrow(NoSeries);
  expect(make).toThrow(words);
});

test('one that lasts until the next has begun cannot be', () => {
  expect(() => series(span('2026-11-04T09:00:00Z', '2026-11-05T10:00:00Z'), { count: 2 })).toThrow('It lasts until');
});

test('it ends on a day, or after so many times, and not both', () => {
  for (const rule of [{}, { until: '2026-12-01', count: 3 }]) {
    expect(Recurrence.safeParse({ frequency: 'daily', ...rule }).error?.issues[0]?.path).toEqual(['until']);
  }
});

test('the rest of a series moves with one of its times, on the wall', () => {
  const was = span('2026-03-27T08:00:00Z', '2026-03-27T10:00:00Z');
  const is = span('2026-03-28T09:30:00Z', '2026-03-28T10:00:00Z');
  const next = span('2026-04-03T07:00:00Z', '2026-04-03T09:00:00Z');
  expect(movedAlong(next, { was, is }, berlin)).toEqual(span('2026-04-04T08:30:00Z', '2026-04-04T09:00:00Z'));
});
