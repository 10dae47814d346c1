import type { Booking } from '@cobench/shared/bookings/booking';
import type { Span } from '@cobench/shared/bookings/recurrence';
import type { Page } from '@cobench/shared/page';

/** A booking as it is kept: what it is for is hidden only from whom it is answered to. */
export type BookingRecord = Omit<Booking, 'concealed'>;
export type BookingQuery = Span & {
  instrumentId?: string | undefined;
  bookedBy?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};
export type BookingChange = Span & Pick<BookingRecord, 'id' | 'title' | 'projectId'>;

/** What the feature needs from storage; every call stays within one organisation. One that is cancelled is none. */
export type BookingRepo = {
  /** Those that touch a range, in the order of their times. */
  list(orgId: string, query: BookingQuery): Promise<Page<BookingRecord>>;
  find(orgId: string, id: string): Promise<BookingRecord | null>;
  /** Those of an instrument that touch a range, all of them and in order. */
  within(orgId: string, instrumentId: string, range: Span): Promise<BookingRecord[]>;
  /** This one and those of its series that begin after it, in order. */
  following(orgId: string, booking: BookingRecord): Promise<BookingRecord[]>;
  insert(orgId: string, bookings: readonly BookingRecord[]): Promise<BookingRecord[]>;
  /** Writes all of them. Within a transaction that has just read them. */
  change(orgId: string, changes: readonly BookingChange[], at: Date): Promise<void>;
  cancel(orgId: string, ids: readonly string[], at: Date): Promise<void>;
};
