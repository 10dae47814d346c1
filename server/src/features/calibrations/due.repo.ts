import type { Page } from '@cobench/shared/page';
import type { ReminderDays } from '@cobench/shared/calibrations/reminder';

/** When the certificates of an instrument end, kept with each change of them, and when time changes that next. */
export type DueRow = {
  instrumentId: string;
  /** When no certificate covers the instrument any more, or since when none does; null where none ever did. */
  dueAt: Date | null;
  /** The certificate that ends then. */
  dueBy: string | null;
  /** When this is to be looked at again: it changes, or somebody is to be reminded. Null where time changes nothing. */
  wakeAt: Date | null;
};

/** What the list of what is due must know of an instrument itself. */
export type ListedInstrument = {
  id: string;
  name: string;
  /** Whether it is in use and needs a calibration. */
  listed: boolean;
  version: number;
};

export type DueQuery = {
  /** Nothing that is due later. */
  latest: Date | null;
  q: string;
  limit: number;
  cursor?: string | undefined;
};

/** A reminder to be sent: one row for each certificate and threshold, for ever. */
export type ReminderRow = {
  orgId: string;
  instrumentId: string;
  calibrationId: string;
  days: ReminderDays;
  dueAt: Date;
  /** Who was told already: people, and `app`. */
  told: string[];
};

export type DueRepo = {
  /** Writes how an instrument stands; within the transaction of what changed it. */
  save(orgId: string, row: DueRow): Promise<void>;
  /** Takes over an instrument as it is; an older version never replaces a newer one. */
  follow(orgId: string, instrument: ListedInstrument): Promise<void>;
  /** Which version is known of each of these instruments; those that are not known are left out. */
  known(instrumentIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The ids of instruments: those that never had a certificate first, then by when they are due. */
  page(orgId: string, query: DueQuery): Promise<Page<string>>;
  /** Those of all organisations that are to be looked at, the longest waiting first. */
  awake(now: Date, limit: number): Promise<(DueRow & { orgId: string })[]>;
  /** Whether it was to wake up at this moment still, and does not any more: one process does what is to be done. */
  claim(orgId: string, row: Pick<DueRow, 'instrumentId' | 'wakeAt'>): Promise<boolean>;
  /** Puts a reminder into the outbox, where it has never been there. */
  remind(reminder: Omit<ReminderRow, 'told'>, now: Date): Promise<void>;
  /** A reminder that is to be sent and that nobody else sends until `until`; null where there is none. */
  take(now: Date, until: Date): Promise<ReminderRow | null>;
  /** One of those it is for was told. */
  told(reminder: ReminderRow, who: string): Promise<void>;
  /** It was sent, or there is no reason for it any more. */
  done(reminder: ReminderRow, at: Date): Promise<void>;
  /** All or nothing. */
  together<T>(work: () => Promise<T>): Promise<T>;
};
