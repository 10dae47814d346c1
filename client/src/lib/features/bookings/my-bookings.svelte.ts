import { bookingEndpoints, type Booking } from '@cobench/shared/bookings/booking';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** What one has booked from now on, of all instruments. */
export class MyBookings {
  readonly pages = new PagedList<Booking>((cursor) => call(bookingEndpoints.list, { by: 'me', limit: 10, cursor }));

  /** Reads it, and again when any calendar changes. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('booking.changed', () => void this.pages.refresh()),
      live.onreconnect(() => void this.pages.refresh()),
    ];
    void this.pages.load();
    return () => offs.forEach((off) => off());
  }
}
