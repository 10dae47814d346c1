import { Schema, type Connection } from 'mongoose';
import type { DirectCommand } from '../../platform/mongo/direct-command.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { compact, type Forms } from './compaction.ts';
import { bytesIn, type DocumentLog, type LogRecord, type RecordPage } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { keyOf, keysAfter, numberIn } from './record-key.ts';
import { bytesOf, toRecord, toRow, type RecordRow } from './record-row.ts';
import { mongoSegments } from './segments.mongo.ts';
import { mongoSnapshots } from './snapshots.mongo.ts';

/** Records that are read at once. */
const pageRecords = 20_000;
/** What one segment is made of at most: the event loop packs and unpacks it in a few milliseconds. */
const segmentRecords = 4096;
const segmentBytes = 256 * 1024;
const removedAtOnce = 64;
const onDisk = { w: 'majority', j: true } as const;

/**
 * The history of every document: appended to, never changed; old records move into segments. A record's key is its
 * document and its number, so that one index keeps both order and uniqueness. Its updates are one piece of bytes:
 * hundreds of keystrokes come in one record.
 */
const recordSchema = new Schema<RecordRow>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    authors: { type: [String], required: true },
    updates: { type: Buffer, required: true },
    sum: { type: Number, required: true },
  },
  { collection: 'document_records', versionKey: false, strict: 'throw' },
);
recordSchema.plugin(orgScoped);

type LogOptions = {
  /**
   * How long a record stays in its place after it was written, though its dense form is there. Its key keeps a process that
   * has not heard of it from writing the same number; where there is only one process, that is nobody.
   */
  fenceMs?: number;
  /** The shorter way to a store that is in this process. */
  direct?: DirectCommand | null;
};

/** The log of documents in MongoDB. */
export function mongoDocumentLog(connection: Connection, { fenceMs = 0, direct = null }: LogOptions = {}): DocumentLog {
  const records = connection.model('DocumentRecord', recordSchema);
  const appending = manyRows(connection, 'document_records', direct);
  const snapshots = mongoSnapshots(connection);
  const segments = mongoSegments(connection);
  const after = (document: CollabDocument, seq: number) => records.find(keysAfter(document, seq));

  async function lastSeq(document: CollabDocument): Promise<number> {
    const [last] = await after(document, 0).sort({ _id: -1 }).limit(1).select({ _id: 1 }).lean<{ _id: string }[]>();
    return last ? numberIn(last._id) : 0;
  }

  /** Rows that follow each other, the first of those after a number. */
  async function recent(document: CollabDocument, { after: seq, limit, maxBytes = Infinity }: RecordPage) {
    const found = after(document, seq).sort({ _id: 1 }).limit(limit).lean<RecordRow[]>().cursor({ batchSize: 200 });
    const rows: RecordRow[] = [];
    let size = 0;
    for await (const row of found as AsyncIterable<RecordRow>) {
      const last = rows.at(-1);
      // Those between have just moved into a segment.
      if (last && numberIn(row._id) !== numberIn(last._id) + 1) break;
      rows.push(row);
      size += bytesOf(row.updates).length;
      if (size > maxBytes) break;
    }
    return rows;
  }

  /** What is no longer among the recent records was in a segment before it left them: these are looked at first. */
  async function page(document: CollabDocument, wanted: RecordPage): Promise<LogRecord[]> {
    const found = await recent(document, wanted);
    const [first] = found;
    if (first && numberIn(first._id) === wanted.after + 1) return found.map(toRecord);
    const old = await segments.after(document, wanted.after);
    return old.length > 0 ? cut(old, wanted) : found.map(toRecord);
  }

  async function tailAfter(document: CollabDocument, seq: number): Promise<LogRecord[]> {
    const tail: LogRecord[] = [];
    for (let known = seq; ;) {
      const next = await page(document, { after: known, limit: pageRecords });
      if (next.length === 0) return tail;
      tail.push(...next);
      known = next.at(-1)?.seq ?? known;
    }
  }

  return {
    async load(document) {
      const snapshot = await snapshots.find(document);
      return { snapshot, tail: await tailAfter(document, snapshot?.seq ?? 0) };
    },

    lastSeq,
    records: page,

    async append(appended) {
      // What stands between a keystroke and the second screen. Who typed brings again what was lost.
      const taken = await appending.insertFree(appended.map(toRow), onDisk);
      return appended.map((_record, at) => (taken.has(at) ? 'stale' : 'written'));
    },

    async compact(document, upTo) {
      // The first and the last stay: their keys keep others from beginning the document again, or writing the same number.
      const last = (await lastSeq(document)) - 1;
      const size = { limit: segmentRecords, maxBytes: segmentBytes };
      const forms: Forms = {
        recent: async (seq) => (await recent(document, { ...size, after: seq })).map(toRecord),
        dense: (seq) => segments.after(document, seq),
        keep: (found) => segments.keep(document, found),
        async remove(from, to) {
          const at = { $lte: new Date(Date.now() - fenceMs) };
          const end = Math.min(to, last);
          // A few at a time: what people type is stored in between.
          for (let first = Math.max(from, 2); first <= end; first += removedAtOnce) {
            const upTo = Math.min(first + removedAtOnce - 1, end);
            const _id = { $gte: keyOf(document, first), $lte: keyOf(document, upTo) };
            await records.deleteMany({ orgId: document.orgId, _id, at }).setOptions({ writeConcern: onDisk });
          }
        },
      };
      await compact(forms, upTo);
    },

    snapshot: snapshots.keep,
  };
}

/** What of a segment belongs to a page. */
function cut(records: readonly LogRecord[], { limit, maxBytes = Infinity }: RecordPage): LogRecord[] {
  let size = 0;
  return records.slice(0, limit).filter((record) => {
    const fits = size <= maxBytes;
    size += bytesIn(record);
    return fits;
  });
}
