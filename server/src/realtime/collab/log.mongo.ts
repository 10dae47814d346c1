import { Schema, type Connection } from 'mongoose';
import { newId } from '../../platform/new-id.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { StaleLog, type DocumentLog, type LogRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';

/** Read lean, bytes come as the driver's Binary. */
type Bytes = { buffer: Uint8Array };
type StoredPart = { personId: string; sessionId: string | null; update: Bytes };
type UpdateRow = { _id: string; orgId: string; document: string; seq: number; at: Date; parts: StoredPart[] };
type SnapshotRow = { _id: string; orgId: string; document: string; seq: number; state: Bytes };

const part = new Schema(
  {
    personId: { type: String, required: true },
    sessionId: { type: String, default: null },
    update: { type: Buffer, required: true },
  },
  { _id: false },
);
const onDisk = { w: 'majority', j: true } as const;

/** The history of every document: appended to, never changed, never deleted. */
const updateSchema = new Schema<UpdateRow>(
  {
    _id: { type: String, required: true },
    document: { type: String, required: true },
    seq: { type: Number, required: true },
    at: { type: Date, required: true },
    parts: { type: [part], required: true },
  },
  { collection: 'document_updates', versionKey: false, strict: 'throw' },
);
updateSchema.plugin(orgScoped);
updateSchema.index({ orgId: 1, document: 1, seq: 1 }, { unique: true });

/** The state of a document after one of its records; without it, opening takes longer. */
const snapshotSchema = new Schema<SnapshotRow>(
  {
    _id: { type: String, required: true },
    document: { type: String, required: true },
    seq: { type: Number, required: true },
    state: { type: Buffer, required: true },
  },
  { collection: 'document_snapshots', versionKey: false, strict: 'throw' },
);
snapshotSchema.plugin(orgScoped);
snapshotSchema.index({ orgId: 1, document: 1 }, { unique: true });

/** The log of documents in MongoDB. */
export function mongoDocumentLog(connection: Connection): DocumentLog {
  const updates = connection.model('DocumentUpdate', updateSchema);
  const snapshots = connection.model('DocumentSnapshot', snapshotSchema);

  async function since(document: CollabDocument, seq: number) {
    const rows = await updates
      .find({ ...scopeOf(document), seq: { $gt: seq } }, { seq: 1, 'parts.update': 1 })
      .sort({ seq: 1 })
      .lean<Pick<UpdateRow, 'seq' | 'parts'>[]>();
    const found = rows.flatMap(({ parts }) => parts.map(({ update }) => bytes(update)));
    return { updates: found, records: rows.length, seq: rows.at(-1)?.seq ?? seq };
  }

  return {
    since,

    async load(document) {
      const stored = await snapshots.findOne(scopeOf(document)).lean<SnapshotRow>();
      const { updates: tail, records, seq } = await since(document, stored?.seq ?? 0);
      return { snapshot: stored && bytes(stored.state), tail, tailRecords: records, seq };
    },

    async lastSeq(document) {
      const last = await updates
        .findOne(scopeOf(document), { seq: 1 })
        .sort({ seq: -1 })
        .lean<Pick<UpdateRow, 'seq'>>();
      return last?.seq ?? 0;
    },

    async records(document, { after, limit, maxBytes }) {
      const found = updates
        .find({ ...scopeOf(document), seq: { $gt: after } })
        .sort({ seq: 1 })
        .limit(limit)
        .lean<UpdateRow[]>()
        .cursor({ batchSize: 500 });
      const records: LogRecord[] = [];
      let size = 0;
      for await (const { seq, at, parts } of found as AsyncIterable<UpdateRow>) {
        const read = parts.map((one) => ({ ...one, update: bytes(one.update) }));
        records.push({ seq, at, parts: read });
        size += read.reduce((sum, { update }) => sum + update.length, 0);
        if (size > maxBytes) break;
      }
      return records;
    },

    async append(document, { seq, at, parts }) {
      const rows = parts.map((one) => ({ ...one, update: asBuffer(one.update) }));
      try {
        // Straight to the driver: casting each of hundreds of keystrokes would take longer than writing them.
        await updates.collection.insertOne({ _id: newId(), ...scopeOf(document), seq, at, parts: rows } as object, {
          writeConcern: onDisk,
        });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new StaleLog(`Record ${seq} has been written.`, { cause: error });
      }
    },

    async snapshot(document, { seq, state }) {
      const filter = { ...scopeOf(document), seq: { $lt: seq } };
      const write = { $set: { seq, state: asBuffer(state) }, $setOnInsert: { _id: newId() } };
      try {
        await snapshots.updateOne(filter, write, { upsert: true, writeConcern: onDisk });
      } catch (error) {
        // There is one as new as this already.
        if (!isDuplicateKey(error)) throw error;
      }
    },
  };
}

const scopeOf = ({ orgId, kind, id }: CollabDocument) => ({ orgId, document: `${kind}/${id}` });

const bytes = ({ buffer }: Bytes): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

const asBuffer = (update: Uint8Array): Buffer => Buffer.from(update.buffer, update.byteOffset, update.byteLength);
