const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

const minute = 60;
const hour = 60 * minute;
const dayLong = 24 * hour;

/** “12 sec. ago”, “3 hr. ago”, “in 2 days”; a date when it is more than 30 days away. `now` in milliseconds. */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const distance = Math.abs(seconds);
  // The server's clock may be a little ahead of this one.
  if (distance < 5) return 'just now';
  if (distance < minute) return relative.format(seconds, 'second');
  if (distance < hour) return relative.format(Math.trunc(seconds / minute), 'minute');
  if (distance < dayLong) return relative.format(Math.trunc(seconds / hour), 'hour');
  if (distance < 30 * dayLong) return relative.format(Math.trunc(seconds / dayLong), 'day');
  return day.format(Date.parse(at));
}

/** “Sat, 21 Nov 2026, 14:03:12 CET”: the exact time with its zone. */
export const exactTime = (at: string): string => exact.format(Date.parse(at));

/** “14:03”. */
export const timeOfDay = (at: string | Date): string => clockTime.format(new Date(at));

/** “1 h 04 min”, “3 min 20 s”, “12 s”. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min ${pad(seconds % minute)} s`;
  if (seconds < dayLong) return `${Math.floor(seconds / hour)} h ${pad(Math.floor((seconds % hour) / minute))} min`;
  return `${Math.floor(seconds / dayLong)} d ${Math.floor((seconds % dayLong) / hour)} h`;
}

/** A number people can read, with its unit: “1,204.5 nm”. */
export const quantity = (value: number, unit = ''): string =>
  unit === '' ? plain.format(value) : `${plain.format(value)} ${unit}`;

const pad = (value: number) => String(value).padStart(2, '0');
