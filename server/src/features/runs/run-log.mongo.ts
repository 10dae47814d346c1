import { longestBatch } from '@cobench/shared/runs/ingest';
import type { Run } from '@cobench/shared/runs/run';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { Schema, type Connection } from 'mongoose';
import { gathering } from '../../platform/gathering.ts';
import { newId } from '../../platform/new-id.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction, isInTransaction } from '../../platform/mongo/transaction.ts';
import { mongoBatchOrder } from './batch-order.mongo.ts';
import { toColumns, toEvents, type EventColumns, type StoredEvents } from './event-columns.ts';
import { bytesOf, type Binary } from './packed-bytes.ts';
import { mongoRuns } from './run.mongo.ts';
import { Overtaken, type NewBatch, type OrderStep, type RunChange, type RunLog } from './run.repo.ts';

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

/** So many batches are stored in one transaction. */
const mostAtOnce = 50;
/** So many batches are looked at for points to be dropped in one step. */
const rowsAtOnce = 100;

export function mongoRunLog(connection: Connection): RunLog {
  const runs = mongoRuns(connection);
  const order = mongoBatchOrder(connection);
  const model = connection.model<Row>('RunEvents', schema);
  const rows = manyRows(connection, 'run_events');

  async function* stored(orgId: string, runId: string, after: number): AsyncIterable<StoredEvents> {
    const found = model
      .find({ orgId, runId, lastSeq: { $gt: after } })
      .sort({ lastSeq: 1 })
      .lean<Row>();
    for await (const row of found.cursor({ batchSize: 20 })) yield toStored(row);
  }

  /** All or nothing of batches of different runs. @throws Overtaken, or a duplicate key, where one of them is to look again. */
  const write = (orgId: string, appends: readonly Append[]): Promise<Appended[]> =>
    inTransaction(connection, async (session) => {
      // The runs first: their versions are the locks, so that numbers are given in the order in which batches are stored.
      const runsNow = await runs.advanceAll(orgId, appends, session);
      await rows.insert(
        appends.map(({ row }) => row),
        session,
      );
      const steps = appends.flatMap(({ seen, step }) => (step ? [{ runId: seen.id, ...step }] : []));
      await order.stepWithin(orgId, steps, session);
      return appends.map(({ seen, events }, i) => ({ run: runsNow[i] ?? seen, events }));
    });

  async function alone(orgId: string, append: Append): Promise<Appended | null> {
    try {
      return await inTransaction(connection, async (session) => {
        const run = await runs.advance(orgId, append.seen, { ...append, session });
        if (!run) return null;
        await rows.insert([append.row], session);
        const { step, seen, events } = append;
        if (step) await order.stepWithin(orgId, [{ runId: seen.id, ...step }], session);
        return { run, events };
      });
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  async function settle(orgId: string, jobs: readonly Job[]): Promise<void> {
    const stored = jobs.length === 1 ? null : await write(orgId, jobs).catch(nullWhereOvertaken);
    for (const [i, job] of jobs.entries()) {
      const one = stored?.[i];
      if (one) job.resolve(one);
      // Where one of them cannot be stored as it is, each is on its own.
      else await alone(orgId, job).then(job.resolve, job.reject);
    }
  }

  const add = gathering<Job>({ nextOf, settle, fail: ({ reject }, error) => reject(error) });

  return {
    order,
    stored,
    append(orgId, seen, batch) {
      const append = appendOf(orgId, seen, batch);
      if (isInTransaction()) return alone(orgId, append);
      return new Promise((resolve, reject) => add(orgId, { ...append, resolve, reject }));
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

type Appended = { run: Run; events: RunEvent[] };
/** A batch as it is to be stored. */
type Append = {
  seen: Run;
  change: RunChange;
  lastSeq: number;
  row: Row;
  events: RunEvent[];
  step: OrderStep | undefined;
};
type Job = Append & { resolve: (appended: Appended | null) => void; reject: (error: unknown) => void };

function appendOf(orgId: string, seen: Run, { key, at, happenings, change, step }: NewBatch): Append {
  const [firstSeq, lastSeq] = [seen.lastSeq + 1, seen.lastSeq + happenings.length];
  const { events: others, ...points } = toColumns(happenings, at);
  const columns = { events: others, ...points, ...(others.length === 0 && { onlyPoints: true as const }) };
  const row = { _id: newId(), orgId, runId: seen.id, firstSeq, lastSeq, batch: key, at, ...columns };
  const stored = at.toISOString();
  const events = happenings.map((happening, i) => ({ ...happening, seq: firstSeq + i, at: stored }));
  return { seen, change, lastSeq, row, events, step };
}

/** The longest waiting, one of each run, up to so many. */
function nextOf(waiting: Job[]): Job[] {
  const jobs = [...new Map(waiting.toReversed().map((job) => [job.seen.id, job])).values()].slice(-mostAtOnce);
  const taken = new Set(jobs);
  waiting.splice(0, waiting.length, ...waiting.filter((job) => !taken.has(job)));
  return jobs;
}

function nullWhereOvertaken(error: unknown): null {
  if (error instanceof Overtaken || isDuplicateKey(error)) return null;
  throw error;
}

function toStored({ places, points, ...row }: Row): StoredEvents {
  return { ...row, ...(places && { places: bytesOf(places) }), ...(points && { points: bytesOf(points) }) };
}
