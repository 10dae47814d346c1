/** What a clock on the wall shows, in some time zone: a day, and minutes after its midnight. */
export type WallClock = { date: string; minute: number };

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Whether the environment knows a time zone by this name (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    return fieldsIn(name) !== undefined;
  } catch {
    return false;
  }
}

/** What the wall shows at an instant; seconds are cut off. @throws RangeError where there is no such zone. */
export function wallClockAt(instant: Date, zone: string): WallClock {
  const shown = shownAt(instant.getTime(), zone);
  const [date = ''] = new Date(shown).toISOString().split('T');
  return { date, minute: Math.floor((shown - Date.parse(date)) / minuteMs) };
}

/**
 * When the wall shows this. A time that comes twice, when clocks go back, is the first of the two; one that is skipped,
 * when they go forward, is as much later as they jump. That is what calendars do (RFC 5545, 3.3.5).
 */
export function instantOf({ date, minute }: WallClock, zone: string): Date {
  const shown = Date.parse(date) + minute * minuteMs;
  const [before, after] = [offsetAt(shown - dayMs, zone), offsetAt(shown + dayMs, zone)];
  const fitting = [shown - before, shown - after].filter((at) => shownAt(at, zone) === shown);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : shown - before);
}

/** The day that comes so many days after another; days are written as YYYY-MM-DD. */
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** How many days lie between two. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

/** Monday is 1, Sunday 7 (ISO 8601). */
export const weekdayOf = (date: string): number => ((new Date(date).getUTCDay() + 6) % 7) + 1;

const offsetAt = (at: number, zone: string): number => shownAt(at, zone) - at;

/** What the wall shows, as if it were in UTC (milliseconds). */
function shownAt(at: number, zone: string): number {
  const parts = new Map(
    fieldsIn(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

const mostFormats = 500;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one is slow, and there are a few hundred zones; each may be written in many ways, so only so many are kept. */
function fieldsIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = 'numeric';
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const;
  const made = new Intl.DateTimeFormat('en-GB', { ...fields, hourCycle: 'h23', timeZone });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, made);
  return made;
}
