import type { CollabDocument, Person } from './peer.ts';

/** The ways to a document. */
export type Transport = 'ws' | 'http';

/** What the rooms tell of their work to whoever watches over the process. A call costs no more than adding a number. */
export type Meters = {
  opened(transport: Transport): void;
  closed(transport: Transport): void;
  /** Somebody was sent away with this close code; `from` where they had come in. */
  refused(code: number, from?: { person: Person; document: CollabDocument }): void;
  /** Somebody moved their cursor. */
  pointed(): void;
  /** One write of the log ended well. */
  flushed(flush: { seconds: number; records: number; bytes: number }): void;
};

/** Where nobody watches. */
export const unmetered: Meters = {
  opened: () => undefined,
  closed: () => undefined,
  refused: () => undefined,
  pointed: () => undefined,
  flushed: () => undefined,
};
