import { z } from 'zod';
import { daysAfter, daysBetween, instantOf, wallClockAt, weekdayOf, type WallClock } from './wall-clock.ts';

/** A time that is taken, from its first to before its last instant. */
export type Span = { from: Date; to: Date };

/** The most bookings of one series, and the longest time from the first to the last of them. */
export const mostOccurrences = 200;
const longestSeriesDays = 731;

/** How a booking comes again: on days, at the same time on the wall. */
export const Recurrence = z
  .strictObject({
    frequency: z.enum(['daily', 'weekly']),
    /** Every so many days or weeks. */
    interval: z.int().min(1).max(52).default(1),
    /** On which days of the week, Monday is 1; of none said, on that of the first. Weeks begin on Monday. */
    weekdays: z.array(z.int().min(1).max(7)).max(7).default([]),
    /** The last day on which it may begin. */
    until: z.iso.date().nullable().default(null),
    /** How many there are, the first included. */
    count: z.int().min(1).max(mostOccurrences, `At most ${mostOccurrences} times.`).nullable().default(null),
  })
  .refine(({ until, count }) => (until === null) !== (count === null), {
    path: ['until'],
    message: 'It ends on a day, or after so many times.',
  });
export type Recurrence = z.infer<typeof Recurrence>;

/** Why a series cannot be: words for people, and the field they are about. */
export class NoSeries extends Error {
  readonly field: 'to' | 'recurrence';

  constructor(field: 'to' | 'recurrence', words: string) {
    super(words);
    this.field = field;
  }
}

/** Begin and end as the wall shows them; the end so many days after the begin. */
type Shape = { begin: number; days: number; end: number; length: number };

/** All times of a series, the first included. @throws NoSeries */
export function occurrences(first: Span, recurrence: Recurrence, zone: string): Span[] {
  const start = wallClockAt(first.from, zone).date;
  const shape = shapeOf(first, zone);
  const spans = datesOf(start, recurrence).map((date) => placed(date, shape, zone));
  if (spans.some(({ from }, index) => index > 0 && from < (spans[index - 1]?.to ?? from))) {
    throw new NoSeries('to', 'It lasts until the next one of the series has begun.');
  }
  return spans;
}

/** Where a time of a series goes when one of its times is moved: as many days on, and to the same time on the wall. */
export function movedAlong(span: Span, { was, is }: { was: Span; is: Span }, zone: string): Span {
  const dateOf = ({ from }: Span): string => wallClockAt(from, zone).date;
  return placed(daysAfter(dateOf(span), daysBetween(dateOf(was), dateOf(is))), shapeOf(is, zone), zone);
}

function datesOf(start: string, { frequency, interval, weekdays, until, count }: Recurrence): string[] {
  const last = daysAfter(start, longestSeriesDays);
  if (until !== null && until < start) throw new NoSeries('recurrence', 'It ends before it begins.');
  if (until !== null && until > last) throw new NoSeries('recurrence', 'A series lasts two years at most.');
  const monday = daysAfter(start, 1 - weekdayOf(start));
  const days = weekdays.length === 0 ? [weekdayOf(start)] : weekdays;
  if (frequency === 'weekly' && !days.includes(weekdayOf(start))) {
    throw new NoSeries('recurrence', 'The day of the first booking is one of the days of the series.');
  }
  const comes = (date: string): boolean =>
    frequency === 'daily'
      ? daysBetween(start, date) % interval === 0
      : days.includes(weekdayOf(date)) && Math.floor(daysBetween(monday, date) / 7) % interval === 0;

  const dates: string[] = [];
  for (let date = start; dates.length < (count ?? Infinity) && date <= (until ?? last); date = daysAfter(date, 1)) {
    if (comes(date)) dates.push(date);
    if (dates.length > mostOccurrences) throw new NoSeries('recurrence', `At most ${mostOccurrences} times.`);
  }
  if (count !== null && dates.length < count) throw new NoSeries('recurrence', 'A series lasts two years at most.');
  return dates;
}

function shapeOf({ from, to }: Span, zone: string): Shape {
  const [begin, end] = [wallClockAt(from, zone), wallClockAt(to, zone)];
  const length = to.getTime() - from.getTime();
  return { begin: begin.minute, days: daysBetween(begin.date, end.date), end: end.minute, length };
}

function placed(date: string, { begin, days, end, length }: Shape, zone: string): Span {
  const at = (wall: WallClock): Date => instantOf(wall, zone);
  const from = at({ date, minute: begin });
  const to = at({ date: daysAfter(date, days), minute: end });
  // Where the clocks jump over the begin, the end may be shown before it: then it lasts as long as the others.
  return { from, to: to > from ? to : new Date(from.getTime() + length) };
}
