import { instantOf, wallClockAt } from '@cobench/shared/bookings/wall-clock';
import { clockOf } from './week.ts';

/** A moment (ISO 8601) as a `datetime-local` field wants it. */
export function wallText(at: string, zone: string): string {
  const { date, minute } = wallClockAt(new Date(at), zone);
  return `${date}T${clockOf(minute)}`;
}

/** What a `datetime-local` field says; null while it says nothing whole. */
export function atWall(text: string, zone: string): Date | null {
  const [, date, hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(text) ?? [];
  if (date === undefined || Number.isNaN(Date.parse(date))) return null;
  return instantOf({ date, minute: Number(hour) * 60 + Number(minute) }, zone);
}
