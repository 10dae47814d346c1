import { longestBatch, type RunEvent } from '@cobench/shared/runs/run-event';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../../platform/new-id.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { mongoRuns } from './run.mongo.ts';
import type { Happening, RunLog } from './run.repo.ts';

/** One batch: the events `firstSeq` to `lastSeq` of a run, in order. */
type Row = {
  _id: string;
  orgId: string;
  runId: string;
  firstSeq: number;
  lastSeq: number;
  /** The sender's idempotency key. */
  batch: string;
  at: Date;
  events: Happening[];
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    firstSeq: { type: Number, required: true },
    lastSeq: { type: Number, required: true },
    batch: { type: String, required: true },
    at: { type: Date, required: true },
    events: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'run_events', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ runId: 1, firstSeq: 1 }, { unique: true });
schema.index({ runId: 1, batch: 1 }, { unique: true });

export function mongoRunLog(connection: Connection): RunLog {
  const runs = mongoRuns(connection);
  const model = connection.model<Row>('RunEvents', schema);

  return {
    async append(orgId, seen, { key, at, happenings, change }) {
      const [firstSeq, lastSeq] = [seen.lastSeq + 1, seen.lastSeq + happenings.length];
      const batch = { _id: newId(), orgId, runId: seen.id, firstSeq, lastSeq, batch: key, at, events: [...happenings] };
      try {
        return await inTransaction(connection, async (session) => {
          // The run first: its version is the lock, so that numbers are given in the order in which batches are stored.
          const run = await runs.advance(orgId, seen, { change, lastSeq, session });
          if (!run) return null;
          await model.insertMany([batch], { session, lean: true });
          return { run, events: eventsOf(batch) };
        });
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    async batch(orgId, runId, key) {
      const row = await model.findOne({ orgId, runId, batch: key }).lean<Row>();
      return row && eventsOf(row);
    },
    async after(orgId, runId, { after, limit }) {
      const events: RunEvent[] = [];
      // The event after `after` may be anywhere in its batch, but no batch is longer than the longest.
      const rows = model.find({ orgId, runId, firstSeq: { $gt: after - longestBatch } }).sort({ firstSeq: 1 });
      for await (const row of rows.lean<Row>().cursor({ batchSize: 20 })) {
        events.push(...eventsOf(row).filter(({ seq }) => seq > after));
        if (events.length >= limit) break;
      }
      return events.slice(0, limit);
    },
    async *newestFirst(orgId, runId) {
      const rows = model.find({ orgId, runId }).sort({ firstSeq: -1 }).lean<Row>();
      for await (const row of rows.cursor({ batchSize: 20 })) yield eventsOf(row);
    },
  };
}

function eventsOf({ firstSeq, at, events }: Row): RunEvent[] {
  const stored = at.toISOString();
  return events.map((happening, i) => ({ ...happening, seq: firstSeq + i, at: stored }));
}
