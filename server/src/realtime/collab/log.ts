import type { CollabDocument } from './peer.ts';

/** One update as a person sent it. `sessionId` is null for what the server wrote for them. */
export type Part = { personId: string; sessionId: string | null; update: Uint8Array };

export type LogRecord = {
  /** Dense from 1, per document. */
  seq: number;
  parts: readonly Part[];
  at: Date;
};

export type LoadedDocument = {
  /** The state up to some record, if there is one; `tail` holds the updates of every record after it. */
  snapshot: Uint8Array | null;
  tail: Uint8Array[];
  /** How many records `tail` comes from. */
  tailRecords: number;
  /** The last record, 0 for a document that nobody has written. */
  seq: number;
};

/**
 * Where documents are kept: records that are appended and never changed, and a snapshot that only saves time. All of it
 * can be rebuilt from the records.
 */
export type DocumentLog = {
  load(document: CollabDocument): Promise<LoadedDocument>;
  /** The updates of every record after `seq`, and the number of the last one. */
  since(document: CollabDocument, seq: number): Promise<{ updates: Uint8Array[]; seq: number }>;
  /** The number of the last record; 0 where nobody has written. */
  lastSeq(document: CollabDocument): Promise<number>;
  /** Records after a number, oldest first: at most `limit`, and no more after the bytes of their updates exceed `maxBytes`. */
  records(document: CollabDocument, page: { after: number; limit: number; maxBytes: number }): Promise<LogRecord[]>;
  /**
   * Resolves when the record is on disk (of a majority, where there is one).
   * @throws StaleLog where the document has a record with this number already: somebody else wrote it.
   */
  append(document: CollabDocument, record: LogRecord): Promise<void>;
  /** Keeps the state after record `seq`; an older one than what is kept is ignored. */
  snapshot(document: CollabDocument, state: { seq: number; state: Uint8Array }): Promise<void>;
};

/** Another process has written to the document since we read it. */
export class StaleLog extends Error {
  override readonly name = 'StaleLog';
}
