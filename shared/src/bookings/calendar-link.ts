import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant } from '../ids.ts';

/** The address at which calendar programs of one person read the bookings of one instrument (iCalendar, RFC 5545). */
export const CalendarLink = z
  .object({
    id: Id,
    createdAt: Instant,
    /** When a program read it last, to the minute; null while none has. */
    lastReadAt: Instant.nullable(),
  })
  .meta({ id: 'CalendarLink' });
export type CalendarLink = z.infer<typeof CalendarLink>;

export const calendarLinkEndpoints = {
  get: endpoint({
    method: 'get',
    path: '/api/v1/instruments/:id/calendar-link',
    access: 'signed-in',
    summary: 'Whether you have a calendar link for an instrument',
    input: ById,
    output: z.object({ link: CalendarLink.nullable() }),
  }),
  make: endpoint({
    method: 'post',
    path: '/api/v1/instruments/:id/calendar-link',
    access: 'signed-in',
    summary: 'Make your calendar link for an instrument, in place of the one you had; its address is shown this once',
    input: ById,
    output: CalendarLink.extend({ address: z.url() }),
    status: 201,
  }),
  revoke: endpoint({
    method: 'delete',
    path: '/api/v1/instruments/:id/calendar-link',
    access: 'signed-in',
    summary: 'Revoke your calendar link for an instrument',
    input: ById,
    output: z.object({ link: CalendarLink.nullable() }),
  }),
};
