import type { Booking } from '@cobench/shared/bookings/booking';

type Calendar = {
  /** The instrument. */
  name: string;
  /** The address of its page. */
  page: string;
  bookings: readonly Booking[];
};

/**
 * Bookings as iCalendar (RFC 5545). Times are in UTC, so that no program needs to know a time zone by our name, and nothing in it
 * changes while no booking does.
 */
export function calendarFile({ name, page, bookings }: Calendar): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Cobench//Bookings//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
    ...bookings.flatMap((booking) => eventLines(booking, { name, page })),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function eventLines(booking: Booking, { name, page }: Pick<Calendar, 'name' | 'page'>): string[] {
  const { id, title, concealed, bookedByName: who } = booking;
  return [
    'BEGIN:VEVENT',
    `UID:${id}@cobench`,
    `DTSTAMP:${inUtc(booking.updatedAt)}`,
    `CREATED:${inUtc(booking.createdAt)}`,
    `LAST-MODIFIED:${inUtc(booking.updatedAt)}`,
    `SEQUENCE:${booking.version}`,
    `DTSTART:${inUtc(booking.from)}`,
    `DTEND:${inUtc(booking.to)}`,
    `SUMMARY:${escaped(concealed ? `${name}: booked (${who})` : `${name}: ${title} (${who})`)}`,
    `DESCRIPTION:${escaped(`Booked by ${who}.`)}`,
    `URL:${page}`,
    'STATUS:CONFIRMED',
    'TRANSP:OPAQUE',
    'END:VEVENT',
  ];
}

/** A date with time in UTC, as 3.3.5 writes it; to the second. */
const inUtc = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** A TEXT value: what separates values and lines is written with a backslash (3.3.11), what controls nothing is left out. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll(/\r\n|\r|\n/g, String.raw`\n`)
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '');

/** Lines of at most 75 octets, the others go on behind a blank (3.1); no character is parted. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      parts.push(part);
      [part, octets] = ['', 1];
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}
