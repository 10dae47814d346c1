import { longestBookingDays, type Booking, type NewBooking } from '@cobench/shared/bookings/booking';
import { NoSeries, occurrences, type Span } from '@cobench/shared/bookings/recurrence';
import type { Scope } from '../../platform/access.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { BookingRecord } from './booking.repo.ts';

const dayMs = 86_400_000;

export const spanOf = ({ from, to }: { from: string; to: string }): Span => ({
  from: new Date(from),
  to: new Date(to),
});

type Range = { from?: string | undefined; to?: string | undefined };

/** The range of a list of at most so many days: from now on unless told otherwise. @throws Fault `input.invalid` */
export function rangeOf(query: Range, { now, days }: { now: Date; days: number }): Span {
  const from = query.from === undefined ? now : new Date(query.from);
  const longest = new Date(from.getTime() + days * dayMs);
  const to = query.to === undefined ? longest : new Date(query.to);
  if (to <= from) throw invalidField('to', 'The range ends before it begins.');
  if (to > longest) throw invalidField('to', `At most ${days} days at a time.`);
  return { from, to };
}

/** All times that are to be booked. @throws Fault `input.invalid` */
export function timesOf({ recurrence, timeZone, ...times }: NewBooking, now: Date): Span[] {
  const first = bookable(spanOf(times), now);
  if (recurrence === null) return [first];
  try {
    return occurrences(first, recurrence, timeZone);
  } catch (error) {
    if (!(error instanceof NoSeries)) throw error;
    throw Object.assign(invalidField(error.field, error.message), { cause: error });
  }
}

/** A time that can be booked now. @throws Fault `input.invalid` */
export function bookable(span: Span, now: Date): Span {
  const { from, to } = span;
  if (to <= from) throw invalidField('to', 'It ends after it begins.');
  if (to <= now) throw invalidField('to', 'That time is over.');
  if (to.getTime() - from.getTime() > longestBookingDays * dayMs) {
    throw invalidField('to', `At most ${longestBookingDays} days at a time.`);
  }
  return span;
}

/** From the first to the last of some times. */
export const around = (spans: readonly Span[]): Span => ({
  from: new Date(Math.min(...spans.map(({ from }) => from.getTime()))),
  to: new Date(Math.max(...spans.map(({ to }) => to.getTime()))),
});

/** Times that one person takes together, in order. @throws Fault `input.invalid` where they overlap among themselves. */
export function inOrder(spans: readonly Span[]): Span[] {
  const ordered = spans.toSorted((a, b) => a.from.getTime() - b.from.getTime());
  if (ordered.some(({ from }, index) => from < (ordered[index - 1]?.to ?? from))) {
    throw invalidField('to', 'It lasts until the next one of the series has begun.');
  }
  return ordered;
}

/** The bookings that are in the way of some times; both in order, and neither overlap among themselves. */
export function inTheWay(spans: readonly Span[], booked: readonly BookingRecord[]): BookingRecord[] {
  let next = 0;
  return booked.filter((booking) => {
    const { from, to } = spanOf(booking);
    while (next < spans.length && (spans[next]?.to ?? to) <= from) next++;
    const span = spans[next];
    return span !== undefined && span.from < to;
  });
}

/** Refuses a time that somebody else has, in words about the first booking that is in the way. */
export function taken(
  [first, ...more]: readonly [BookingRecord, ...BookingRecord[]],
  { scope, timeZone }: { scope: Scope; timeZone: string },
): Fault {
  const { instrumentName, title, bookedByName, concealed, ...times } = concealing(scope)(first);
  const what = concealed ? '' : ` for “${title}”`;
  const others = more.length === 0 ? '' : ` ${more.length} more ${more.length === 1 ? 'is' : 'are'} in the way.`;
  const detail = `${bookedByName} has “${instrumentName}”${what} ${inWords(spanOf(times), timeZone)}.${others}`;
  return new Fault('booking.taken', { detail });
}

function inWords({ from, to }: Span, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone });
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone });
  const [first, last] = [day.format(from), day.format(to)];
  const end = first === last ? time.format(to) : `${last}, ${time.format(to)}`;
  return `from ${first}, ${time.format(from)} to ${end} (${timeZone})`;
}

/** A booking as somebody sees it: of one in a project that is hidden from them, who has the instrument and when. */
export const concealing =
  ({ hidden }: Scope) =>
  (booking: BookingRecord): Booking =>
    booking.projectId !== null && hidden.has(booking.projectId)
      ? { ...booking, title: '', projectId: null, concealed: true }
      : { ...booking, concealed: false };
