export { bookingRoutes } from './booking.routes.ts';
export { bookingService } from './booking.service.ts';
export { mongoBookings } from './booking.mongo.ts';
export { calendarFeedRoutes } from './calendar-feed.routes.ts';
export { calendarLinkService } from './calendar-link.service.ts';
export { mongoCalendarLinks } from './calendar-link.mongo.ts';
