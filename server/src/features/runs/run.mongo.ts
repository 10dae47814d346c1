import type { Run } from '@cobench/shared/runs/run';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import type { RunChange, RunRepo } from './run.repo.ts';

type Row = Omit<Run, 'id' | 'heartbeatAt' | 'createdAt' | 'startedAt' | 'finishedAt'> & {
  _id: string;
  orgId: string;
  heartbeatAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  projectHidden: boolean;
};

const text = { type: String, default: '' };
const orNoDate = { type: Date, default: null };
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    instrumentId: { type: String, default: null },
    instrumentName: { type: String, default: null },
    name: { type: String, required: true },
    description: text,
    state: { type: String, required: true },
    progress: { type: Number, default: null },
    reason: text,
    lastSeq: { type: Number, required: true },
    heartbeatAt: orNoDate,
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    startedAt: orNoDate,
    finishedAt: orNoDate,
    createdBy: { type: String, required: true },
    createdByName: text,
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'runs', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, createdAt: -1, _id: -1 });
schema.index({ orgId: 1, projectId: 1, projectHidden: 1, createdAt: -1, _id: -1 });
schema.index({ orgId: 1, state: 1, createdAt: -1, _id: -1 });

/** The rows of runs, and for the log the one way to move a run along together with its history. */
export type RunRows = RunRepo & {
  /** Null where the run has changed since it was `seen`. */
  advance(
    orgId: string,
    seen: Run,
    to: { change: RunChange; lastSeq: number; session: ClientSession },
  ): Promise<Run | null>;
};

export function mongoRuns(connection: Connection): RunRows {
  const model = connection.model<Row>('Run', schema);
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { projectHidden: false };

  return {
    async list(scope, { projectId, state, q, limit, cursor }) {
      const chosen = { ...(state && { state }), ...(q && { name: containing(q) }) };
      const order = { by: 'createdAt', descending: true } as const;
      const page = await findPage(model, { ...inSight(scope, projectId), ...visible, ...chosen }, order, {
        limit,
        cursor,
      });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    insert: async (orgId, { id, ...run }) => toRecord((await model.create({ ...run, _id: id, orgId })).toObject()),
    async touch(orgId, id, at) {
      const filter = { orgId, _id: id, state: 'running', ...visible } as const;
      return orNull(await model.findOneAndUpdate(filter, { $set: { heartbeatAt: at } }, after));
    },
    async advance(orgId, { id, version }, { change, lastSeq, session }) {
      const update = { $set: { ...change, lastSeq }, $inc: { version: 1 } };
      return orNull(
        await model.findOneAndUpdate({ orgId, _id: id, version, ...visible }, update, { ...after, session }),
      );
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

const orNull = (row: Row | null): Run | null => row && toRecord(row);

function toRecord(row: Row): Run {
  const { _id: id, orgId: _org, projectHidden: _hidden, ...run } = row;
  return {
    ...run,
    id,
    createdAt: run.createdAt.toISOString(),
    heartbeatAt: run.heartbeatAt?.toISOString() ?? null,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}
