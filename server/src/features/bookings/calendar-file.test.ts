import type { Booking } from '@cobench/shared/bookings/booking';
import { expect, test } from 'vitest';
import { calendarFile } from './calendar-file.ts';
import { readCalendar } from '../../../test/read-calendar.ts';

const aBooking = (over: Partial<Booking> = {}): Booking => ({
  id: '01900000-0000-7000-8000-000000000001',
  instrumentId: '01900000-0000-7000-8000-000000000002',
  instrumentName: 'RIE-1',
  title: 'Etch',
  projectId: null,
  concealed: false,
  from: '2026-03-29T07:00:00.000Z',
  to: '2026-03-29T09:30:00.000Z',
  seriesId: null,
  timeZone: 'Europe/Berlin',
  bookedBy: '01900000-0000-7000-8000-000000000003',
  bookedByName: 'Ann Doe',
  version: 2,
  createdAt: '2026-03-01T10:00:00.123Z',
  updatedAt: '2026-03-02T10:00:00.999Z',
  ...over,
});
const fileOf = (...bookings: Booking[]) => calendarFile({ name: 'RIE-1', page: 'https://lab.example/i/1', bookings });

test('a booking is an event in UTC, with a name that stays and a number that grows', () => {
  const { name, events } = readCalendar(fileOf(aBooking()));
  expect(name).toBe('RIE-1');
  expect(events).toEqual([
    {
      UID: '01900000-0000-7000-8000-000000000001@cobench',
      DTSTAMP: '20260302T100000Z',
      CREATED: '20260301T100000Z',
      'LAST-MODIFIED': '20260302T100000Z',
      SEQUENCE: '2',
      DTSTART: '20260329T070000Z',
      DTEND: '20260329T093000Z',
      SUMMARY: 'RIE-1: Etch (Ann Doe)',
      DESCRIPTION: 'Booked by Ann Doe.',
      URL: 'https://lab.example/i/1',
      STATUS: 'CONFIRMED',
      TRANSP: 'OPAQUE',
    },
  ]);
});

test('the file begins and ends as it has to, every line with CR LF', () => {
  const text = fileOf(aBooking());
  expect(text.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:')).toBe(true);
  expect(text.endsWith('END:VEVENT\r\nEND:VCALENDAR\r\n')).toBe(true);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(fileOf()).not.toContain('VEVENT');
});

test.each([
  'Commas, semicolons; and \\ backslashes',
  'Two\nlines\r\nor three',
  'END:VEVENT\r\nBEGIN:VEVENT',
  'ü'.repeat(80),
  '👩‍🔬 '.repeat(40),
  `${'x'.repeat(74)}ü`,
  '"quotes": and=signs',
])('what people write comes back whole, and no line is longer than 75 octets: %j', (title) => {
  const text = fileOf(aBooking({ title }));
  expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  // Every line by itself is whole UTF-8.
  expect(text).not.toContain('\uFFFD');
  const { events } = readCalendar(text);
  expect(events).toHaveLength(1);
  expect(events[0]?.SUMMARY).toBe(`RIE-1: ${title.replaceAll('\r\n', '\n')} (Ann Doe)`);
});

test('of one that is hidden nothing is told but who has the tool', () => {
  const [event] = readCalendar(fileOf(aBooking({ concealed: true, title: '' }))).events;
  expect(event?.SUMMARY).toBe('RIE-1: booked (Ann Doe)');
});

test('characters that control nothing in a calendar are left out', () => {
  const [event] = readCalendar(fileOf(aBooking({ title: 'a\u0000b\u001Bc\u007Fd' }))).events;
  expect(event?.SUMMARY).toBe('RIE-1: abcd (Ann Doe)');
});
