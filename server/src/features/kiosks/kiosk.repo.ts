import type { Kiosk, KnownKiosk } from '@cobench/shared/kiosks/kiosk';
import type { Page } from '@cobench/shared/page';

/** What is kept of a link: everything but its secret. */
export type KioskRecord = Kiosk & {
  orgId: string;
  /** SHA-256 of the secret, hexadecimal. */
  hash: string;
  /** Those of its projects that were restricted when it was made: whoever made it has decided to show them all the same. */
  shownThoughRestricted: string[];
  /** It shows something only as long as whoever made it may make one. */
  createdBy: string;
};

/** A screen that was opened with a link. */
export type Screen = {
  /** SHA-256 of what its cookie holds, hexadecimal. */
  id: string;
  orgId: string;
  kioskId: string;
  device: string;
  address: string;
  openedAt: Date;
  lastSeenAt: Date;
};

export type KioskRepo = {
  /** Newest first; `heardSince` says which screens count. */
  list(
    orgId: string,
    page: { limit: number; cursor?: string | undefined; heardSince: Date },
  ): Promise<Page<KioskRecord & Pick<KnownKiosk, 'screens' | 'lastSeenAt'>>>;
  find(orgId: string, id: string): Promise<KioskRecord | null>;
  /** The secret says its organisation, so this looks in all of them. */
  findByHash(hash: string): Promise<KioskRecord | null>;
  insert(kiosk: KioskRecord): Promise<KioskRecord>;
  /** For good. Null when it was taken back already, or there is none. */
  revoke(orgId: string, id: string, at: Date): Promise<KioskRecord | null>;
  /** The screen a request comes from, in whatever organisation it is. */
  findScreen(id: string): Promise<Screen | null>;
  insertScreen(screen: Screen): Promise<Screen>;
  seen(screen: Pick<Screen, 'orgId' | 'id'>, at: Date): Promise<void>;
  /** Forgets the screens of a link that were not heard of for long, and beyond `atMost` those heard of least lately. */
  tidy(kiosk: { orgId: string; id: string }, limits: { silentSince: Date; atMost: number }): Promise<void>;
};
