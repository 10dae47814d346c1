import { longestBatch } from '@cobench/shared/runs/ingest';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../../platform/new-id.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { mongoBatchOrder } from './batch-order.mongo.ts';
import { toColumns, toEvents, type EventColumns, type StoredEvents } from './event-columns.ts';
import { bytesOf, type Binary } from './packed-bytes.ts';
import { mongoRuns } from './run.mongo.ts';
import type { RunLog } from './run.repo.ts';

/** One batch: the events `firstSeq` to `lastSeq` of a run, in order. */
type Row = Omit<EventColumns, 'places' | 'points'> & {
  _id: string;
  orgId: string;
  runId: string;
  firstSeq: number;
  lastSeq: number;
  /** The sender's idempotency key. */
  batch: string;
  at: Date;
  /** Of those that have nothing but points. Rows from before this was noted may be of them, too. */
  onlyPoints?: true;
  places?: Binary | Uint8Array;
  points?: Binary | Uint8Array;
};

const mixed = Schema.Types.Mixed;
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    firstSeq: { type: Number, required: true },
    lastSeq: { type: Number, required: true },
    batch: { type: String, required: true },
    at: { type: Date, required: true },
    events: { type: mixed, required: true },
    metrics: mixed,
    texts: mixed,
    places: mixed,
    points: mixed,
    onlyPoints: { type: Boolean },
  },
  { collection: 'run_events', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ runId: 1, lastSeq: 1 }, { unique: true });
schema.index({ runId: 1, batch: 1 }, { unique: true });
schema.index({ runId: 1, onlyPoints: 1, lastSeq: 1 });

/** So many batches are looked at for points to be dropped in one step. */
const rowsAtOnce = 100;

export function mongoRunLog(connection: Connection): RunLog {
  const runs = mongoRuns(connection);
  const order = mongoBatchOrder(connection);
  const model = connection.model<Row>('RunEvents', schema);
  const rows = connection.collection<Row>('run_events');

  async function* stored(orgId: string, runId: string, after: number): AsyncIterable<StoredEvents> {
    const found = model
      .find({ orgId, runId, lastSeq: { $gt: after } })
      .sort({ lastSeq: 1 })
      .lean<Row>();
    for await (const row of found.cursor({ batchSize: 20 })) yield toStored(row);
  }

  return {
    order,
    stored,
    async append(orgId, seen, { key, at, happenings, change, step }) {
      const [firstSeq, lastSeq] = [seen.lastSeq + 1, seen.lastSeq + happenings.length];
      const { events, ...points } = toColumns(happenings, at);
      const columns = { events, ...points, ...(events.length === 0 && { onlyPoints: true as const }) };
      const row = { _id: newId(), orgId, runId: seen.id, firstSeq, lastSeq, batch: key, at, ...columns };
      try {
        return await inTransaction(connection, async (session) => {
          // The run first: its version is the lock, so that numbers are given in the order in which batches are stored.
          const run = await runs.advance(orgId, seen, { change, lastSeq, session });
          if (!run) return null;
          await rows.insertOne(row, { session });
          if (step) await order.stepWithin(orgId, seen.id, { ...step, session });
          const stored = at.toISOString();
          return { run, events: happenings.map((happening, i) => ({ ...happening, seq: firstSeq + i, at: stored })) };
        });
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    async batch(orgId, runId, key) {
      const row = await model.findOne({ orgId, runId, batch: key }).lean<Row>();
      return row && toEvents(toStored(row));
    },
    async after(orgId, runId, { after, limit, upTo = Infinity }) {
      const events: RunEvent[] = [];
      for await (const some of stored(orgId, runId, after)) {
        for (const event of toEvents(some)) if (event.seq > after && event.seq <= upTo) events.push(event);
        if (events.length >= limit || some.lastSeq >= upTo) break;
      }
      return events.slice(0, limit);
    },
    async *logged(orgId, runId, range) {
      const forwards = 'after' in range;
      const span = forwards
        ? { lastSeq: { $gt: range.after } }
        : { lastSeq: { $lt: range.before + longestBatch }, firstSeq: { $lt: range.before } };
      const rows = model
        .find({ orgId, runId, ...span, onlyPoints: null, events: { $ne: [] } })
        .select({ points: 0, texts: 0 })
        .sort({ lastSeq: forwards ? 1 : -1 })
        .lean<Row>();
      for await (const row of rows.cursor({ batchSize: 50 })) {
        const events = toEvents(toStored(row));
        yield forwards ? events : events.toReversed();
      }
    },
    async dropPoints(orgId, runId, after) {
      const next = { orgId, runId, lastSeq: { $gt: after } };
      const some = await model
        .find(next)
        .sort({ lastSeq: 1 })
        .select({ lastSeq: 1 })
        .limit(rowsAtOnce)
        .lean<Pick<Row, 'lastSeq'>[]>();
      const last = some.at(-1);
      if (!last) return null;
      const having = { orgId, runId, lastSeq: { $gt: after, $lte: last.lastSeq }, points: { $exists: true } };
      await model.updateMany(having, { $unset: { points: 1, texts: 1 } });
      return some.length === rowsAtOnce ? last.lastSeq : null;
    },
  };
}

function toStored({ places, points, ...row }: Row): StoredEvents {
  return { ...row, ...(places && { places: bytesOf(places) }), ...(points && { points: bytesOf(points) }) };
}
