import { bookingEndpoints } from '@cobench/shared/bookings/booking';
import { calendarLinkEndpoints } from '@cobench/shared/bookings/calendar-link';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { BookingService } from './booking.service.ts';
import type { CalendarLinkService } from './calendar-link.service.ts';

export function bookingRoutes({
  bookings,
  calendarLinks,
}: {
  bookings: BookingService;
  calendarLinks: CalendarLinkService;
}): Router {
  const router = Router();
  bind(router, bookingEndpoints.list, bookings.list);
  bind(router, bookingEndpoints.get, bookings.get);
  bind(router, bookingEndpoints.create, bookings.create);
  bind(router, bookingEndpoints.edit, bookings.edit);
  bind(router, bookingEndpoints.cancel, bookings.cancel);
  bind(router, calendarLinkEndpoints.get, calendarLinks.get);
  bind(router, calendarLinkEndpoints.make, calendarLinks.make);
  bind(router, calendarLinkEndpoints.revoke, calendarLinks.revoke);
  return router;
}
