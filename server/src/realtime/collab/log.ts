import type { CollabDocument } from './peer.ts';

/** Whose a part is that a repair has put into the place of others: nobody can say any more who wrote it. */
export const nobody = '00000000-0000-7000-8000-000000000000';

/** One update as a person sent it. `sessionId` is null for what the server wrote for them. */
export type Part = { personId: string; sessionId: string | null; update: Uint8Array };

export type LogRecord = {
  /** Dense from 1, per document. */
  seq: number;
  parts: readonly Part[];
  at: Date;
};

/** The state of a document after record `seq`, and whose each client id in it is. */
export type Snapshot = { seq: number; state: Uint8Array; owners: ReadonlyMap<number, string> };

export type LoadedDocument = {
  snapshot: Snapshot | null;
  /** Every record after the snapshot. */
  tail: readonly LogRecord[];
};

export type RecordPage = {
  after: number;
  limit: number;
  /** No record is added once those before it are about as large as this; there is at least one if there is any. */
  maxBytes?: number;
};

/** Whose the client ids of a part are; undefined where nobody can say, and whoever goes on under one has it. */
export const ownerIn = ({ personId }: Pick<Part, 'personId'>): string | undefined =>
  personId === nobody ? undefined : personId;

/** Bytes of the updates in a record. */
export const bytesIn = ({ parts }: LogRecord): number => parts.reduce((sum, { update }) => sum + update.length, 0);

/** A record and its document. */
export type DocumentRecord = { document: CollabDocument; record: LogRecord };

/**
 * Where documents are kept: records that are appended and never changed, and a snapshot that only saves time. All of it
 * can be rebuilt from the records.
 */
export type DocumentLog = {
  load(document: CollabDocument): Promise<LoadedDocument>;
  /** The number of the last record; 0 where nobody has written. */
  lastSeq(document: CollabDocument): Promise<number>;
  /** Records after a number, oldest first, wherever they are kept. */
  records(document: CollabDocument, page: RecordPage): Promise<LogRecord[]>;
  /**
   * Resolves when the records are on disk (of a majority, where there is one): one write for documents of all kinds. For
   * each says whether it is written, or whether its document has a record with this number already.
   * @throws where nothing can be said of any of them.
   */
  append(records: readonly DocumentRecord[]): Promise<('written' | 'stale')[]>;
  /** Keeps a state; an older one than what is kept is ignored, and so is one that is too large to be kept whole. */
  snapshot(document: CollabDocument, snapshot: Snapshot): Promise<void>;
  /**
   * Brings the records up to a number into a dense form. It may be cut short at any point and done again, and who reads
   * meanwhile reads the same. A record leaves its place when the dense form was read back from the disk and says the
   * same. Only for records that no process can still be about to write.
   * @throws where a record is missing, or the dense form does not say what the records say: nothing is removed then.
   */
  compact(document: CollabDocument, upTo: number): Promise<void>;
};
