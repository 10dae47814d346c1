import { mostCounted, RunCounts } from '@cobench/shared/runs/endpoints';
import { runStates } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Scope } from '../../platform/access.ts';
import { idsOf, inSight } from '../../platform/mongo/in-sight.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { Overtaken, type RunChange, type RunChoice, type RunRepo } from './run.repo.ts';

/** What runs have that were made before they had settings, steps and results. */
const before = {
  recipe: '',
  samples: [] as string[],
  parameters: [] as Run['parameters'],
  steps: [] as Run['steps'],
  results: [] as Run['results'],
  overrides: [] as Run['overrides'],
  lockOut: null,
  clonedFrom: null,
  revision: 0,
};

const dateFields = ['heartbeatAt', 'startedAt', 'finishedAt'] as const;
type Dates = 'createdAt' | (typeof dateFields)[number];
type Row = Omit<Run, 'id' | Dates | keyof typeof before> & {
  _id: string;
  orgId: string;
  heartbeatAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  projectHidden: boolean;
} & Partial<Pick<Run, keyof typeof before>>;

const text = { type: String, default: '' };
const any = Schema.Types.Mixed;
const orNoDate = { type: Date, default: null };
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    instrumentId: { type: String, default: null },
    instrumentName: { type: String, default: null },
    name: { type: String, required: true },
    description: text,
    recipe: text,
    samples: [String],
    parameters: any,
    steps: any,
    results: any,
    overrides: any,
    lockOut: any,
    clonedFrom: { type: String, default: null },
    revision: { type: Number, default: 0 },
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
schema.index({ orgId: 1, createdBy: 1, createdAt: -1, _id: -1 });
schema.index({ orgId: 1, instrumentId: 1, createdAt: -1, _id: -1 });
schema.index({ orgId: 1, instrumentId: 1, startedAt: 1, _id: 1 });

/** The rows of runs, and for the log the one way to move a run along together with its history. */
export type RunRows = RunRepo & {
  /** Null where the run has changed since it was `seen`. */
  advance(
    orgId: string,
    seen: Run,
    to: { change: RunChange; lastSeq: number; session: ClientSession },
  ): Promise<Run | null>;
  /** The same of several runs, which are different ones. @throws Overtaken where one of them has changed. */
  advanceAll(
    orgId: string,
    all: readonly { seen: Run; change: RunChange; lastSeq: number }[],
    session: ClientSession,
  ): Promise<Run[]>;
};

export function mongoRuns(connection: Connection): RunRows {
  const model = connection.model<Row>('Run', schema);
  const many = manyRows(connection, 'runs');
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { projectHidden: false };
  const chosen = (scope: Scope, { projectId, instrumentId, createdBy, q }: RunChoice) => ({
    ...inSight(scope, projectId),
    ...visible,
    ...(instrumentId && { instrumentId }),
    ...(createdBy && { createdBy }),
    ...(q && { name: containing(q) }),
  });

  return {
    async list(scope, { state, limit, cursor, ...choice }) {
      const [only, ...others] = state ?? [];
      const inState = only !== undefined && { state: others.length === 0 ? only : { $in: [only, ...others] } };
      const filter = { ...chosen(scope, choice), ...inState };
      const page = await findPage(model, filter, { by: 'createdAt', descending: true }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async counts(scope, choice) {
      const filter = chosen(scope, choice);
      const counted = runStates.map(async (state) => {
        const count = await model.countDocuments({ ...filter, state }, { limit: mostCounted });
        return [state, count] as const;
      });
      return RunCounts.parse(Object.fromEntries(await Promise.all(counted)));
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    visibleAmong: (scope, ids) => idsOf(model, { ...inSight(scope), ...visible, _id: { $in: [...ids] } }),
    insert: async (orgId, { id, ...run }) => toRecord((await model.create({ ...run, _id: id, orgId })).toObject()),
    async edit(orgId, id, { revision, unstarted, ...edit }) {
      const filter = { orgId, _id: id, revision: revision === 0 ? { $in: [0, null] } : revision, ...visible };
      const waiting = unstarted && { startedAt: null, finishedAt: null };
      const update = { $set: edit, $inc: { version: 1, revision: 1 } };
      return orNull(await model.findOneAndUpdate({ ...filter, ...waiting }, update, after));
    },
    async startedOn(scope, { instrumentId, since, until, limit, cursor }) {
      const startedAt = { $gte: since, ...(until && { $lt: until }) };
      const filter = { ...inSight(scope), ...visible, instrumentId, startedAt };
      const page = await findPage(model, filter, { by: 'startedAt' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async *waitingFor(orgId, instrumentId) {
      const waiting = model.find({ orgId, instrumentId, state: 'queued', ...visible }).sort({ createdAt: -1 });
      for await (const row of waiting.lean<Row>().cursor({ batchSize: 50 })) yield toRecord(row);
    },
    async touch(orgId, id, at) {
      const filter = { orgId, _id: id, state: 'running', ...visible } as const;
      return orNull(await model.findOneAndUpdate(filter, { $set: { heartbeatAt: at } }, after));
    },
    async advance(orgId, { id, version }, { change, lastSeq, session }) {
      return orNull(
        await model.findOneAndUpdate({ orgId, _id: id, version, ...visible }, advanced({ change, lastSeq }), {
          ...after,
          session,
        }),
      );
    },
    async advanceAll(orgId, all, session) {
      const updates = all.map(({ seen: { id, version }, ...to }) => ({
        q: { orgId, _id: id, version, ...visible },
        u: advanced(to),
      }));
      if ((await many.update(updates, session)) < all.length) throw new Overtaken();
      // Of this version they were as they were seen.
      return all.map(({ seen, change, lastSeq }) => ({ ...seen, ...change, lastSeq, version: seen.version + 1 }));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

function advanced({ change, lastSeq }: { change: RunChange; lastSeq: number }) {
  const dates = dateFields.flatMap((field) => {
    const at = change[field];
    return at === undefined ? [] : [[field, at === null ? null : new Date(at)]];
  });
  return { $set: { ...change, ...Object.fromEntries(dates), lastSeq }, $inc: { version: 1 } };
}

const orNull = (row: Row | null): Run | null => row && toRecord(row);

function toRecord(row: Row): Run {
  const { _id: id, orgId: _org, projectHidden: _hidden, ...run } = row;
  return {
    ...before,
    ...run,
    id,
    createdAt: run.createdAt.toISOString(),
    heartbeatAt: run.heartbeatAt?.toISOString() ?? null,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}
