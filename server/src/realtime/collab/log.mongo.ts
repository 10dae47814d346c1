import { Schema, type Connection } from 'mongoose';
import { MongoBulkWriteError } from 'mongodb';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { newId } from '../../platform/new-id.ts';
import { maxSnapshotBytes } from './limits.ts';
import type { DocumentLog, DocumentRecord, LogRecord, RecordPage } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { packParts, unpackParts } from './record-bytes.ts';
import { keyOf, keysAfter, numberIn } from './record-key.ts';
import { mongoSegments } from './segments.mongo.ts';

/** Read lean, bytes come as the driver's Binary. */
type Bytes = { buffer: Uint8Array };
type RecordRow = { _id: string; orgId: string; at: Date; authors: string[]; updates: Bytes };
type SnapshotRow = {
  _id: string;
  orgId: string;
  document: string;
  seq: number;
  state: Bytes;
  owners?: { client: number; personId: string }[];
};

/** What one segment is made of at most: as much as the event loop packs without a hitch. */
const segmentRecords = 20_000;
const segmentBytes = 1024 * 1024;
const onDisk = { w: 'majority', j: true } as const;

/**
 * The history of every document: appended to, never changed; old records move into segments. A record's key is its document and its number, so that one
 * index keeps both order and uniqueness. Its updates are one piece of bytes: hundreds of keystrokes come in one record.
 */
const recordSchema = new Schema<RecordRow>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    authors: { type: [String], required: true },
    updates: { type: Buffer, required: true },
  },
  { collection: 'document_records', versionKey: false, strict: 'throw' },
);
recordSchema.plugin(orgScoped);

/** The state of a document after one of its records; without it, opening takes longer. */
const snapshotSchema = new Schema<SnapshotRow>(
  {
    _id: { type: String, required: true },
    document: { type: String, required: true },
    seq: { type: Number, required: true },
    state: { type: Buffer, required: true },
    owners: [{ _id: false, client: { type: Number, required: true }, personId: { type: String, required: true } }],
  },
  { collection: 'document_snapshots', versionKey: false, strict: 'throw' },
);
snapshotSchema.plugin(orgScoped);
snapshotSchema.index({ orgId: 1, document: 1 }, { unique: true });

/**
 * The log of documents in MongoDB. `fenceMs`: how long a record stays in its place after it was written, though its dense
 * form is there. Its key keeps a process that has not heard of it from writing the same number; where there is only one
 * process, that is nobody.
 */
export function mongoDocumentLog(connection: Connection, { fenceMs = 0 }: { fenceMs?: number } = {}): DocumentLog {
  const records = connection.model('DocumentRecord', recordSchema);
  const snapshots = connection.model('DocumentSnapshot', snapshotSchema);

  const segments = mongoSegments(connection);
  const after = (document: CollabDocument, seq: number) => records.find(keysAfter(document, seq));

  async function lastSeq(document: CollabDocument): Promise<number> {
    const [last] = await after(document, 0).sort({ _id: -1 }).limit(1).select({ _id: 1 }).lean<{ _id: string }[]>();
    return last ? numberIn(last._id) : 0;
  }

  async function recent(document: CollabDocument, { after: seq, limit, maxBytes = Infinity }: RecordPage) {
    const found = after(document, seq).sort({ _id: 1 }).limit(limit).lean<RecordRow[]>().cursor({ batchSize: 500 });
    const page: LogRecord[] = [];
    let size = 0;
    for await (const row of found as AsyncIterable<RecordRow>) {
      const record = toRecord(row);
      page.push(record);
      size += bytesIn(record);
      if (size > maxBytes) break;
    }
    return page;
  }

  /** What is no longer among the recent records was in a segment before it left them: these are looked at first. */
  async function page(document: CollabDocument, wanted: RecordPage): Promise<LogRecord[]> {
    const found = await recent(document, wanted);
    if (found[0]?.seq === wanted.after + 1) return found;
    const old = await segments.after(document, wanted.after);
    return old.length > 0 ? cut(old, wanted) : found;
  }

  async function tailAfter(document: CollabDocument, seq: number): Promise<LogRecord[]> {
    const tail: LogRecord[] = [];
    for (let known = seq; ;) {
      const next = await page(document, { after: known, limit: segmentRecords });
      if (next.length === 0) return tail;
      tail.push(...next);
      known = next.at(-1)?.seq ?? known;
    }
  }

  return {
    async load(document) {
      const stored = await snapshots.findOne(scopeOf(document)).lean<SnapshotRow>();
      // Those of an earlier version do not say whose the client ids are.
      const snapshot = stored?.owners ? toSnapshot(stored) : null;
      return { snapshot, tail: await tailAfter(document, snapshot?.seq ?? 0) };
    },

    lastSeq,
    records: page,

    async append(appended) {
      try {
        // Straight to the driver: this is what stands between a keystroke and the second screen.
        await records.collection.insertMany(appended.map(toRow) as object[], { ordered: false, writeConcern: onDisk });
        return appended.map(() => 'written');
      } catch (error) {
        const taken = numbersTaken(error);
        return appended.map((_record, at) => (taken.has(at) ? 'stale' : 'written'));
      }
    },

    async compact(document, upTo) {
      let known = await segments.last(document);
      while (known < upTo) {
        const limit = Math.min(upTo - known, segmentRecords);
        const found = await recent(document, { after: known, limit, maxBytes: segmentBytes });
        if (found[0]?.seq !== known + 1) throw new Error(`Record ${keyOf(document, known + 1)} is missing.`);
        await segments.keep(document, found);
        known = found.at(-1)?.seq ?? upTo;
      }
      // The last record stays: its key is what keeps others from writing the same number.
      const end = Math.min(upTo, (await lastSeq(document)) - 1);
      const done = {
        orgId: document.orgId,
        _id: { $gt: keyOf(document, 0), $lte: keyOf(document, end) },
        at: { $lte: new Date(Date.now() - fenceMs) },
      };
      await records.deleteMany(done).setOptions({ writeConcern: onDisk });
    },

    async snapshot(document, { seq, state, owners }) {
      if (state.length > maxSnapshotBytes) return;
      const filter = { ...scopeOf(document), seq: { $lt: seq } };
      const people = Array.from(owners, ([client, personId]) => ({ client, personId }));
      const write = { $set: { seq, state: asBuffer(state), owners: people }, $setOnInsert: { _id: newId() } };
      try {
        await snapshots.updateOne(filter, write, { upsert: true, writeConcern: onDisk });
      } catch (error) {
        // There is one as new as this already.
        if (!isDuplicateKey(error)) throw error;
      }
    },
  };
}

/** Which of the records were not written because their numbers are taken. @throws any error that says anything else. */
function numbersTaken(error: unknown): Set<number> {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.some(({ code }) => code !== duplicateKey)) throw error;
  return new Set(failures.map(({ index }) => index));
}
const duplicateKey = 11_000;

const scopeOf = ({ orgId, kind, id }: CollabDocument) => ({ orgId, document: `${kind}/${id}` });

/** What of a segment belongs to a page. */
function cut(records: readonly LogRecord[], { limit, maxBytes = Infinity }: RecordPage): LogRecord[] {
  let size = 0;
  return records.slice(0, limit).filter((record) => {
    const fits = size <= maxBytes;
    size += bytesIn(record);
    return fits;
  });
}

const bytesIn = ({ parts }: LogRecord): number => parts.reduce((sum, { update }) => sum + update.length, 0);

function toRow({ document, record: { seq, at, parts } }: DocumentRecord) {
  const { authors, updates } = packParts(parts);
  return { _id: keyOf(document, seq), orgId: document.orgId, at, authors, updates: asBuffer(updates) };
}

const toRecord = ({ _id, at, authors, updates }: RecordRow): LogRecord => ({
  seq: numberIn(_id),
  at,
  parts: unpackParts({ authors, updates: bytes(updates) }),
});

const toSnapshot = ({ seq, state, owners = [] }: SnapshotRow) => ({
  seq,
  state: bytes(state),
  owners: new Map(owners.map(({ client, personId }) => [client, personId])),
});

const bytes = ({ buffer }: Bytes): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

const asBuffer = (update: Uint8Array): Buffer => Buffer.from(update.buffer, update.byteOffset, update.byteLength);
