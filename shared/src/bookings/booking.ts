import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { Recurrence } from './recurrence.ts';
import { isTimeZone } from './wall-clock.ts';

/** The longest that one booking may last, and the longest range that is listed at a time (days). */
export const longestBookingDays = 31;
export const longestRangeDays = 62;
/** One's own are few: they are listed as far as a series may reach. */
export const ownRangeDays = 800;

/**
 * A time for which somebody has an instrument. One in a project that is hidden from who asks says who has the instrument and
 * until when, and not what for.
 */
export const Booking = z
  .object({
    id: Id,
    instrumentId: Id,
    /** The instrument's name when it was booked. */
    instrumentName: z.string(),
    /** What for; empty where that is hidden. */
    title: z.string(),
    projectId: Id.nullable(),
    /** Whether what it is for is hidden from who asks. */
    concealed: z.boolean(),
    from: Instant,
    to: Instant,
    /** What those that were booked together have in common; null for a single one. */
    seriesId: Id.nullable(),
    /** Whose clocks were meant (IANA). */
    timeZone: z.string(),
    bookedBy: Id,
    bookedByName: z.string(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Booking' });
export type Booking = z.infer<typeof Booking>;

const Title = z.string().trim().min(1, 'Say what for.').max(120, 'At most 120 characters.');
const TimeZone = z.string().max(64).refine(isTimeZone, 'There is no such time zone.');

export const NewBooking = z.strictObject({
  instrumentId: Id,
  title: Title,
  projectId: Id.nullable().default(null),
  from: Instant,
  to: Instant,
  /** Whose clocks are meant: those of a series show the same time on all its days. */
  timeZone: TimeZone.default('UTC'),
  recurrence: Recurrence.nullable().default(null),
});
export type NewBooking = z.infer<typeof NewBooking>;

/** Of a series: only this one, or this one and all after it. */
const Which = z.enum(['this', 'following']).default('this');

const BookingEdit = ById.extend({
  version: Version,
  which: Which,
  title: Title.optional(),
  projectId: Id.nullable().optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});
export type BookingEdit = z.infer<typeof BookingEdit>;

/** All that were made, changed or cancelled, in the order of their times. */
const Bookings = z.object({ items: z.array(Booking) });

export const bookingEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/bookings',
    access: 'booking.read',
    summary: `Bookings that touch a range of at most ${longestRangeDays} days, from now on unless told otherwise, in the order of their times`,
    input: z.strictObject({
      ...pageQuery,
      instrumentId: Id.optional(),
      by: z.enum(['anybody', 'me']).default('anybody'),
      from: Instant.optional(),
      to: Instant.optional(),
    }),
    output: pageOf(Booking),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/bookings/:id',
    access: 'booking.read',
    summary: 'One booking',
    input: ById,
    output: Booking,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/bookings',
    access: 'booking.create',
    summary: 'Book an instrument once or again and again: all of it, or nothing where one time is taken',
    input: NewBooking,
    output: Bookings,
    status: 201,
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/bookings/:id',
    access: 'booking.edit',
    summary: 'Move or rename a booking, one’s own, or as an engineer anybody’s',
    input: BookingEdit,
    output: Bookings,
  }),
  cancel: endpoint({
    method: 'post',
    path: '/api/v1/bookings/:id/cancel',
    access: 'booking.cancel',
    summary: 'Cancel a booking, one’s own, or as an engineer anybody’s',
    input: ById.extend({ which: Which }),
    output: Bookings,
  }),
};
