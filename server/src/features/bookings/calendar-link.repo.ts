import type { CalendarLink } from '@cobench/shared/bookings/calendar-link';

/** Whose link it is, and what it shows. */
export type LinkOf = { orgId: string; personId: string; instrumentId: string };
/** What is kept of a link: of its secret the hash only. */
export type CalendarLinkRecord = CalendarLink & LinkOf & { hash: string };

export type CalendarLinkRepo = {
  find(of: LinkOf): Promise<CalendarLinkRecord | null>;
  /** The link a program reads names no organisation, so this looks in all of them. */
  findById(id: string): Promise<CalendarLinkRecord | null>;
  /** Puts it in the place of the one there was. */
  put(link: CalendarLinkRecord): Promise<CalendarLinkRecord>;
  /** Null where there is none (any more). */
  remove(of: LinkOf): Promise<CalendarLinkRecord | null>;
  read(link: CalendarLinkRecord, at: Date): Promise<void>;
};
