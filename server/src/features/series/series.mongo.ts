import type { Series } from '@cobench/shared/series/series';
import type { RuleState } from '@cobench/shared/spc/index';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { unlessTaken } from '../../platform/mongo/unless-taken.ts';
import type { Chart, Episode, Growth, SpcRepo } from './series.repo.ts';

type Row = Omit<Series, 'id' | 'lastAt' | 'createdAt'> & {
  _id: string;
  orgId: string;
  /** Unique in the organisation and what lists are ordered by. */
  nameKey: string;
  ruleState: RuleState | null;
  episodes: Episode[];
  lastAt: Date | null;
  createdAt: Date;
  createdBy: string;
  projectHidden: boolean;
};

const mixed = Schema.Types.Mixed;
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    instrumentId: { type: String, default: null },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    metric: { type: String, required: true },
    unit: { type: String, default: '' },
    limitSource: { type: mixed, required: true },
    limits: { type: mixed, default: null },
    rules: { type: [String], required: true },
    ruleState: { type: mixed, default: null },
    episodes: { type: mixed, default: [] },
    pointCount: { type: Number, required: true },
    lastValue: { type: Number, default: null },
    lastAt: { type: Date, default: null },
    openAlerts: { type: Number, required: true },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'series', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, nameKey: 1 }, { unique: true });
schema.index({ orgId: 1, projectId: 1, metric: 1 });

/** The rows of series, and the two ways they change inside a transaction. */
export type SeriesRows = SpcRepo['series'] & {
  /** Null where the series has changed since the chart was read. */
  advance(orgId: string, chart: Chart, to: { growth: Growth; session: ClientSession }): Promise<Series | null>;
  closeAlert(orgId: string, id: string, session: ClientSession): Promise<Series | null>;
};

export function mongoSeries(connection: Connection): SeriesRows {
  const model = connection.model<Row>('Series', schema);
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { projectHidden: false };

  return {
    async list(scope, { projectId, q, limit, cursor }) {
      const filter = { ...inSight(scope, projectId), ...visible, ...(q && { name: containing(q) }) };
      const page = await findPage(model, filter, { by: 'nameKey' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    async chart(orgId, id) {
      const row = await model.findOne({ orgId, _id: id, ...visible }).lean<Row>();
      return row && { series: toRecord(row), ruleState: row.ruleState, episodes: row.episodes };
    },
    async insert(orgId, { id, ...series }) {
      const row = { ...series, _id: id, orgId, nameKey: series.name.toLowerCase() };
      // A deleted project keeps its names, for it can be restored; so does one that not everybody sees.
      const taken = 'Another series has this name; it may belong to a project that is deleted, or that you do not see.';
      return toRecord((await unlessTaken(model.create(row), taken)).toObject());
    },
    async fedBy(orgId, { projectId, instrumentId }, metrics) {
      const instruments = [null, ...(instrumentId === null ? [] : [instrumentId])];
      const rows = await model
        .find({ orgId, projectId, metric: { $in: metrics }, instrumentId: { $in: instruments }, ...visible })
        .select({ metric: 1 })
        .lean<Pick<Row, '_id' | 'metric'>[]>();
      return rows.map(({ _id, metric }) => ({ id: _id, metric }));
    },
    async advance(orgId, { series }, { growth, session }) {
      const { points, limits, ruleState, episodes, opened } = growth;
      const last = points.at(-1);
      const update = {
        $set: { limits, ruleState, episodes, ...(last && { lastValue: last.value, lastAt: last.at }) },
        $inc: { version: 1, pointCount: points.length, openAlerts: opened.length },
      };
      const filter = { orgId, _id: series.id, version: series.version, ...visible };
      return orNull(await model.findOneAndUpdate(filter, update, { ...after, session }));
    },
    async closeAlert(orgId, id, session) {
      const update = { $inc: { openAlerts: -1, version: 1 } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id }, update, { ...after, session }));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

const orNull = (row: Row | null): Series | null => row && toRecord(row);

function toRecord(row: Row): Series {
  const { _id: id, orgId: _org, nameKey: _key, ruleState: _state, episodes: _episodes, ...shown } = row;
  const { createdBy: _by, projectHidden: _hidden, ...series } = shown;
  return {
    ...series,
    id,
    lastAt: series.lastAt?.toISOString() ?? null,
    createdAt: series.createdAt.toISOString(),
  };
}
