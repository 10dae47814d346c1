import type { Connection } from 'mongoose';
import { documentKinds } from '@cobench/shared/realtime/collab';
import { newId } from '../../platform/new-id.ts';
import type { LogRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { packParts } from './record-bytes.ts';
import { keyOf, keysAfter } from './record-key.ts';

type Row = { _id: string; orgId: string; from?: number; to?: number };
/** Why something was set aside, by whom and when. */
export type Reason = { why: string; by: string; at: Date };
export type LogUpkeep = ReturnType<typeof logUpkeep>;

const onDisk = { writeConcern: { w: 'majority', j: true } } as const;

/** What only those need who look after the store: what is where, and how damage is set aside without being destroyed. */
export function logUpkeep(connection: Connection) {
  const records = connection.collection<Row>('document_records');
  const segments = connection.collection<Row>('document_segments');
  const snapshots = connection.collection('document_snapshots');
  const quarantine = connection.collection<{ _id: string }>('document_quarantine');

  const segmentWith = (document: CollabDocument, seq: number) =>
    segments.findOne(keysAfter(document, seq - 1), { sort: { _id: 1 } });

  /** A copy of the original, as it is, is on disk before anything is put into its place. */
  async function keepAside(collection: string, original: Row, reason: Reason): Promise<void> {
    await quarantine.insertOne(
      { _id: newId(), orgId: original.orgId, collection, original, ...reason } as never,
      onDisk,
    );
  }

  return {
    /** Every document that has records, by organisation, kind and id. */
    async *documents(): AsyncGenerator<CollabDocument> {
      for (let after = ''; ;) {
        const found = await Promise.all(
          [records, segments].map((rows) => rows.findOne({ _id: { $gt: after } }, { sort: { _id: 1 } })),
        );
        const next = found.flatMap((row) => (row ? [row._id] : [])).toSorted()[0];
        if (next === undefined) return;
        const [orgId = '', kindName, id = ''] = next.split('/');
        const kind = documentKinds.find((one) => one === kindName);
        if (kind) yield { orgId, kind, id };
        after = `${orgId}/${kindName}/${id}/~`;
      }
    },

    /** The last record of what cannot be read from a number on: of a segment the whole, otherwise the record. */
    async endOfUnreadable(document: CollabDocument, seq: number): Promise<number> {
      if (await records.findOne({ _id: keyOf(document, seq) })) return seq;
      return (await segmentWith(document, seq))?.to ?? seq;
    },

    /** Puts a record (or, where it is part of one, its segment) aside and others in its place. */
    async replace(document: CollabDocument, replacements: readonly LogRecord[], reason: Reason): Promise<void> {
      const [first] = replacements;
      if (!first) return;
      const original = await records.findOne({ _id: keyOf(document, first.seq) });
      const segment = original ? null : await segmentWith(document, first.seq);
      if (original) await keepAside('document_records', original, reason);
      if (segment) await keepAside('document_segments', segment, reason);
      const rows = replacements.map(({ seq, at, parts }) => {
        const { authors, updates } = packParts(parts);
        return { _id: keyOf(document, seq), orgId: document.orgId, at, authors, updates: Buffer.from(updates) };
      });
      for (const row of rows) await records.replaceOne({ _id: row._id }, row, { upsert: true, ...onDisk });
      if (segment) await segments.deleteOne({ _id: segment._id }, onDisk);
    },

    /** Puts the snapshot aside: the next opening reads the log. */
    async dropSnapshot({ orgId, kind, id }: CollabDocument, reason: Reason): Promise<void> {
      const original = await snapshots.findOne({ orgId, document: `${kind}/${id}` });
      if (!original) return;
      await keepAside('document_snapshots', original as unknown as Row, reason);
      await snapshots.deleteOne({ _id: original._id }, onDisk);
    },
  };
}
