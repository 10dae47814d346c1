import type { CollabDocument } from './peer.ts';

const digits = 12;

/** The key of a record: those of one document sort by number. */
export const keyOf = ({ orgId, kind, id }: CollabDocument, seq: number): string =>
  `${orgId}/${kind}/${id}/${String(seq).padStart(digits, '0')}`;

/** A filter for the records of a document after a number. */
export const keysAfter = (document: CollabDocument, seq: number) => ({
  orgId: document.orgId,
  _id: { $gt: keyOf(document, seq), $lte: keyOf(document, 10 ** digits - 1) },
});

/** The number of the record with this key. */
export const numberIn = (key: string): number => Number(key.slice(-digits));
