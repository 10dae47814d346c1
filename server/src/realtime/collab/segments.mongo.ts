import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { LogRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { keyOf, keysAfter } from './record-key.ts';
import { asBuffer, bytesOf, type StoredBytes } from './record-row.ts';
import { packSegment, unpackSegment } from './segment.ts';

export type SegmentRow = {
  _id: string;
  orgId: string;
  /** The first record in it. */
  from: number;
  /** Of all the rest: a segment in the place of another is damage too. */
  sha256: string;
  bytes: StoredBytes;
};

/** Old records in a dense form. The key is that of the last one. */
const segmentSchema = new Schema<SegmentRow>(
  {
    _id: { type: String, required: true },
    from: { type: Number, required: true },
    sha256: { type: String, required: true },
    bytes: { type: Buffer, required: true },
  },
  { collection: 'document_segments', versionKey: false, strict: 'throw' },
);
segmentSchema.plugin(orgScoped);

/** The old records of documents. */
export type Segments = {
  /**
   * The records after a number that are in the segment that has the next, or where none has, in the one that comes after.
   * @throws where it is damaged.
   */
  after(document: CollabDocument, seq: number): Promise<LogRecord[]>;
  /** Resolves when a segment of these records is on disk; nothing happens where one is that ends with the same. */
  keep(document: CollabDocument, records: readonly LogRecord[]): Promise<void>;
};

export function mongoSegments(connection: Connection): Segments {
  const segments = connection.model('DocumentSegment', segmentSchema);

  return {
    async after(document, seq) {
      const [row] = await segments.find(keysAfter(document, seq)).sort({ _id: 1 }).limit(1).lean<SegmentRow[]>();
      return row ? (await readSegment(row)).filter((record) => record.seq > seq) : [];
    },

    async keep(document, records) {
      const bytes = await packSegment(records);
      const [first, last] = [records.at(0), records.at(-1)];
      if (!first || !last) return;
      const row = { _id: keyOf(document, last.seq), orgId: document.orgId, from: first.seq };
      const stored = { ...row, sha256: digestOf(row, bytes), bytes: asBuffer(bytes) };
      try {
        await segments.collection.insertOne(stored as object, { writeConcern: { w: 'majority', j: true } });
      } catch (error) {
        // It was kept before, by somebody who did not get further.
        if (!isDuplicateKey(error)) throw error;
      }
    },
  };
}

/** @throws where it is not what `keep` wrote. */
export async function readSegment(row: SegmentRow): Promise<LogRecord[]> {
  const damaged = `The segment ${row._id} is damaged.`;
  try {
    const bytes = bytesOf(row.bytes);
    if (digestOf(row, bytes) === row.sha256) return await unpackSegment(bytes);
  } catch (cause) {
    throw new Error(damaged, { cause });
  }
  throw new Error(damaged);
}

const digestOf = ({ _id, from }: Pick<SegmentRow, '_id' | 'from'>, bytes: Uint8Array): string =>
  createHash('sha256').update(`${_id} ${from} `).update(bytes).digest('hex');
