import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { LogRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { keyOf, keysAfter } from './record-key.ts';
import { packSegment, sameRecords, unpackSegment } from './segment.ts';

type SegmentRow = {
  _id: string;
  orgId: string;
  from: number;
  to: number;
  sha256: string;
  bytes: { buffer: Uint8Array };
};

/** Old records in a dense form. The key is that of the last one. */
const segmentSchema = new Schema<SegmentRow>(
  {
    _id: { type: String, required: true },
    from: { type: Number, required: true },
    to: { type: Number, required: true },
    sha256: { type: String, required: true },
    bytes: { type: Buffer, required: true },
  },
  { collection: 'document_segments', versionKey: false, strict: 'throw' },
);
segmentSchema.plugin(orgScoped);

/** The old records of documents. */
export type Segments = {
  /** The records of the segment that holds the one after a number; none where there is no such segment. @throws where it is damaged. */
  after(document: CollabDocument, seq: number): Promise<LogRecord[]>;
  /** The last record that is in a segment; 0 where there is none. */
  last(document: CollabDocument): Promise<number>;
  /** Resolves when a segment of these records is on disk, and was read back and found to say the same. */
  keep(document: CollabDocument, records: readonly LogRecord[]): Promise<void>;
};

export function mongoSegments(connection: Connection): Segments {
  const segments = connection.model('DocumentSegment', segmentSchema);

  return {
    async after(document, seq) {
      const [row] = await segments.find(keysAfter(document, seq)).sort({ _id: 1 }).limit(1).lean<SegmentRow[]>();
      return row ? (await readSegment(row)).filter((record) => record.seq > seq) : [];
    },

    async last(document) {
      const [row] = await segments.find(keysAfter(document, 0)).sort({ _id: -1 }).limit(1).lean<SegmentRow[]>();
      return row?.to ?? 0;
    },

    async keep(document, records) {
      const bytes = await packSegment(records);
      const [from, to] = [records.at(0)?.seq, records.at(-1)?.seq];
      if (from === undefined || to === undefined) return;
      const _id = keyOf(document, to);
      const row = { _id, orgId: document.orgId, from, to, sha256: sha256(bytes), bytes: Buffer.from(bytes) };
      try {
        await segments.collection.insertOne(row as object, { writeConcern: { w: 'majority', j: true } });
      } catch (error) {
        // It was kept before, by somebody who did not get further.
        if (!isDuplicateKey(error)) throw error;
      }
      const stored = await segments.findOne({ orgId: document.orgId, _id }).lean<SegmentRow>();
      if (!stored || !sameRecords(await readSegment(stored), records)) {
        throw new Error(`The segment ${_id} does not say what the records say.`);
      }
    },
  };
}

async function readSegment({ _id, sha256: kept, bytes }: SegmentRow): Promise<LogRecord[]> {
  const { buffer } = bytes;
  if (sha256(buffer) !== kept) throw new Error(`The segment ${_id} is damaged.`);
  return unpackSegment(buffer);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
