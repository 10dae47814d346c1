import type { Booking } from '@cobench/shared/bookings/booking';
import { daysAfter, instantOf, wallClockAt, weekdayOf } from '@cobench/shared/bookings/wall-clock';

/** A part of a booking on one day, in minutes of that day as the wall shows them. */
export type Block = { booking: Booking; begin: number; end: number };
/** A time that somebody points at, on one day. */
export type Choice = { date: string; begin: number; end: number };

const dayMinutes = 24 * 60;

/** The seven days of a week from its Monday on. */
export const weekOf = (date: string): string[] => {
  const monday = daysAfter(date, 1 - weekdayOf(date));
  return Array.from({ length: 7 }, (_, day) => daysAfter(monday, day));
};

/** From the first to after the last of some days. */
export const rangeOf = (dates: readonly string[], zone: string): { from: string; to: string } => ({
  from: midnight(dates[0] ?? '', zone).toISOString(),
  to: midnight(daysAfter(dates.at(-1) ?? '', 1), zone).toISOString(),
});

/** What a day shows: the part of each booking that is on it. */
export function blocksOf(date: string, bookings: readonly Booking[], zone: string): Block[] {
  const [start, next] = [midnight(date, zone), midnight(daysAfter(date, 1), zone)];
  return bookings.flatMap((booking) => {
    const [from, to] = [new Date(booking.from), new Date(booking.to)];
    if (from >= next || to <= start) return [];
    const begin = from <= start ? 0 : wallClockAt(from, zone).minute;
    const end = to >= next ? dayMinutes : wallClockAt(to, zone).minute;
    // Where the clocks go back the end may be shown before the begin.
    return [{ booking, begin, end: Math.max(end, begin + 15) }];
  });
}

/** When a chosen time is. */
export const timesOf = ({ date, begin, end }: Choice, zone: string): { from: Date; to: Date } => ({
  from: instantOf({ date, minute: begin }, zone),
  to: instantOf({ date, minute: end }, zone),
});

/** The time between two points of a day, in half hours; at least one. */
export function between(date: string, one: number, other: number): Choice {
  const half = (minute: number): number => Math.floor(minute / 30) * 30;
  const [begin, last] = [half(Math.min(one, other)), half(Math.max(one, other))];
  return { date, begin: Math.max(0, begin), end: Math.min(dayMinutes, last + 30) };
}

/** “14:30”. */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** “Mon, 23 Nov”. */
export const dayName = (date: string): string => dayFormat.format(new Date(date));

/** “Mon, 23 Nov, 10:00–12:00”, with the second day where it is another one. */
export function timeInWords({ from, to }: Pick<Booking, 'from' | 'to'>, zone: string): string {
  const [begin, end] = [wallClockAt(new Date(from), zone), wallClockAt(new Date(to), zone)];
  const last = begin.date === end.date ? `–${clockOf(end.minute)}` : ` – ${dayName(end.date)}, ${clockOf(end.minute)}`;
  return `${dayName(begin.date)}, ${clockOf(begin.minute)}${last}`;
}

const midnight = (date: string, zone: string): Date => instantOf({ date, minute: 0 }, zone);
