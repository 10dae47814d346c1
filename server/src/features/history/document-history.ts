import type { HistoryNode } from '@cobench/shared/history/history-node';
import type { Properties } from '@cobench/shared/notebook/properties';
import type { DocumentKind } from '@cobench/shared/realtime/collab';
import type { Actor } from '../../platform/access.ts';

export type DocumentRef = { readonly orgId: string; readonly kind: DocumentKind; readonly id: string };

/** One person's work without a long pause, or what the server wrote for them at once. Times in ms since 1970. */
export type PastStint = {
  personId: string;
  from: number;
  to: number;
  /** The last record with a change of it. */
  seq: number;
  how: 'typed' | 'imported' | 'restored';
  /** The state that was brought back. */
  restored: number | null;
  /** What the document was called after it, where that changed. */
  title: string | null;
  /** Characters. */
  added: number;
  removed: number;
};

/** A state worth going back to, and what happened since the one before it. */
export type PastVersion = {
  seq: number;
  at: number;
  restored: number | null;
  people: string[];
  added: number;
  removed: number;
};

/** A past state; `by` of its nodes is an index into `authors`. */
export type PastState = {
  at: number | null;
  document: HistoryNode;
  authors: PastStint[];
  properties: Properties;
};

/** What one flush of a document wrote. */
export type PastChange = { seq: number; at: Date; parts: readonly { personId: string; update: Uint8Array }[] };

/**
 * All that happened to documents, from their logs alone. States are named by the number of the last record that they
 * contain.
 */
export type DocumentHistory = {
  /** The number of the last record; 0 for a document that nobody has written. */
  lastSeq(document: DocumentRef): Promise<number>;
  /** Records after a number, oldest first; fewer than `limit` where they are large. */
  changes(document: DocumentRef, page: { after: number; limit: number }): Promise<PastChange[]>;
  /** The state after a record, the newest where none is named; null for a number that is not there yet. */
  state(document: DocumentRef, seq?: number): Promise<(PastState & { seq: number; lastSeq: number }) | null>;
  /** States worth going back to, oldest first; `named` are in any case. */
  versions(document: DocumentRef, wanted: { named: readonly number[]; now: Date }): Promise<PastVersion[]>;
  /** Who worked when, in the order they began. */
  stints(document: DocumentRef): Promise<PastStint[]>;
  /**
   * Brings the state after a record back, as a change by a person that everybody who has it open sees. With `until` only
   * what happened up to that record is taken back; what came later stays. Resolves, when that is durable, with the state
   * it led to; null for a number that is not there yet.
   */
  restore(
    document: DocumentRef,
    states: { seq: number; until?: number | undefined },
    by: Actor,
  ): Promise<{ seq: number; changed: boolean } | null>;
};
