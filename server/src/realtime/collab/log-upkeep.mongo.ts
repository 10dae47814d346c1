import { documentKinds } from '@cobench/shared/realtime/collab';
import type { Connection } from 'mongoose';
import { newId } from '../../platform/new-id.ts';
import type { LogRecord, Snapshot } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { keyOf, keysAfter, numberIn } from './record-key.ts';
import { toRecord, toRow, type RecordRow } from './record-row.ts';
import { readSegment, type SegmentRow } from './segments.mongo.ts';
import { mongoSnapshots } from './snapshots.mongo.ts';

/** Why something was set aside, by whom and when. */
export type Reason = { why: string; by: string; at: Date };
/** A segment, and what it says; null where it is damaged. */
export type KeptSegment = { from: number; to: number; records: LogRecord[] | null };
export type LogUpkeep = ReturnType<typeof logUpkeep>;

const onDisk = { writeConcern: { w: 'majority', j: true } } as const;

/** What only those need who look after the store: what is where, and how damage is set aside without being destroyed. */
export function logUpkeep(connection: Connection) {
  const records = connection.collection<RecordRow>('document_records');
  const segments = connection.collection<SegmentRow>('document_segments');
  const snapshots = connection.collection('document_snapshots');
  const quarantine = connection.collection<{ _id: string }>('document_quarantine');

  /** The first key after another in records and segments. */
  async function keyAfter(key: string): Promise<string | undefined> {
    const [record, segment] = await Promise.all([
      records.findOne({ _id: { $gt: key } }, { sort: { _id: 1 } }),
      segments.findOne({ _id: { $gt: key } }, { sort: { _id: 1 } }),
    ]);
    return [record, segment].flatMap((row) => (row ? [row._id] : [])).toSorted()[0];
  }

  /** Segments that have any of the records of a range. */
  const segmentsOver = (document: CollabDocument, { from, to }: { from: number; to: number }) =>
    segments.find({ ...keysAfter(document, from - 1), from: { $lte: to } }).sort({ _id: 1 });

  /** A copy of the original, as it is, is on disk before anything is put into its place. */
  async function keepAside(collection: string, original: { orgId: string }, reason: Reason): Promise<void> {
    const kept = { _id: newId(), orgId: original.orgId, collection, original, ...reason };
    await quarantine.insertOne(kept, onDisk);
  }

  /** Makes records of what a segment says, where there are none. */
  async function unfold(document: CollabDocument, segment: SegmentRow): Promise<void> {
    for (const record of await readSegment(segment).catch(() => [])) {
      const { _id, ...row } = toRow({ document, record });
      await records.updateOne({ _id }, { $setOnInsert: row as never }, { upsert: true, ...onDisk });
    }
  }

  return {
    /** The documents that have records: all, or those of one kind and id. */
    async *documents(wanted?: { kind: string; id: string }): AsyncGenerator<CollabDocument> {
      let key = await keyAfter('');
      while (key !== undefined) {
        const [orgId = ''] = key.split('/');
        const own = wanted ? `${orgId}/${wanted.kind}/${wanted.id}/` : key;
        const found = wanted ? await keyAfter(own) : key;
        const [, kindName, id = ''] = found?.split('/') ?? [];
        const kind = documentKinds.find((one) => one === kindName);
        if (kind && (!wanted || found?.startsWith(own))) yield { orgId, kind, id };
        key = await keyAfter(wanted ? `${orgId}/~` : `${orgId}/${kindName}/${id}/~`);
      }
    },

    /** The stored state, wherever the log is damaged; `isDamaged` where there is one that cannot be used. */
    async storedState(document: CollabDocument): Promise<{ snapshot: Snapshot | null; isDamaged: boolean }> {
      const { orgId, kind, id } = document;
      const snapshot = await mongoSnapshots(connection).find(document);
      const stored = snapshot ?? (await snapshots.findOne({ orgId, document: `${kind}/${id}` }));
      return { snapshot, isDamaged: snapshot === null && stored !== null };
    },

    /** Every segment of a document. */
    async *segments(document: CollabDocument): AsyncGenerator<KeptSegment> {
      for await (const row of segments.find(keysAfter(document, 0)).sort({ _id: 1 })) {
        const records = await readSegment(row).catch(() => null);
        yield { from: row.from, to: numberIn(row._id), records };
      }
    },

    /** Records of a range in the form they were written in; those that are damaged are left out. */
    async recent(document: CollabDocument, { from, to }: { from: number; to: number }): Promise<LogRecord[]> {
      const _id = { $gte: keyOf(document, from), $lte: keyOf(document, to) };
      const rows = await records.find({ orgId: document.orgId, _id }).sort({ _id: 1 }).toArray();
      return rows.flatMap((row) => readable(row));
    },

    /**
     * Puts records into the place of what is there under their numbers. The originals go aside, and so do the segments
     * that have any record of the range: what else these say becomes records again.
     */
    async mend(
      document: CollabDocument,
      { replacements, ...range }: { from: number; to: number; replacements: readonly LogRecord[] },
      reason: Reason,
    ): Promise<void> {
      const rows = replacements.map((record) => toRow({ document, record }));
      const concerned = await segmentsOver(document, range).toArray();
      for (const { _id } of rows) {
        const original = await records.findOne({ _id });
        if (original) await keepAside('document_records', original, reason);
      }
      for (const segment of concerned) await keepAside('document_segments', segment, reason);
      for (const row of rows) await records.replaceOne({ _id: row._id }, row as never, { upsert: true, ...onDisk });
      for (const segment of concerned) {
        await unfold(document, segment);
        await segments.deleteOne({ _id: segment._id }, onDisk);
      }
    },

    /** Puts the snapshot aside: the next opening reads the log. */
    async dropSnapshot({ orgId, kind, id }: CollabDocument, reason: Reason): Promise<void> {
      const original = await snapshots.findOne({ orgId, document: `${kind}/${id}` });
      if (!original) return;
      await keepAside('document_snapshots', original as never, reason);
      await snapshots.deleteOne({ _id: original._id }, onDisk);
    },
  };
}

function readable(row: RecordRow): LogRecord[] {
  try {
    return [toRecord(row)];
  } catch {
    return [];
  }
}
