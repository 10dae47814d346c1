import type { Series } from '@cobench/shared/series/series';
import { Schema, type ClientSession, type Connection, type QueryFilter } from 'mongoose';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { unlessTaken } from '../../platform/mongo/unless-taken.ts';
import type { Chart, EditOfRow, Grown, RevisionWrite, SpcRepo } from './series.repo.ts';

type Row = Omit<Series, 'id' | 'lastAt' | 'createdAt' | 'archived'> &
  Omit<Chart, 'series'> & {
    _id: string;
    orgId: string;
    /** Unique in the organisation and what lists are ordered by. */
    nameKey: string;
    lastAt: Date | null;
    createdAt: Date;
    archived: Date | null;
    createdBy: string;
    projectHidden: boolean;
  };

const mixed = Schema.Types.Mixed;
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    description: { type: String, default: '' },
    source: { type: mixed, required: true },
    instrumentId: { type: String, default: null },
    unit: { type: String, default: '' },
    subgrouping: { type: mixed, required: true },
    chart: { type: mixed, required: true },
    specification: { type: mixed, required: true },
    phases: { type: mixed, required: true },
    limitsVersion: { type: Number, required: true },
    plan: { type: mixed, required: true },
    head: { type: mixed, default: null },
    episodes: { type: mixed, default: [] },
    groups: { type: mixed, default: [] },
    pointCount: { type: Number, required: true },
    lastValue: { type: Number, default: null },
    lastAt: { type: Date, default: null },
    pending: { type: Number, required: true },
    openAlerts: { type: Number, required: true },
    archived: { type: Date, default: null },
    version: { type: Number, required: true },
    revision: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'series', versionKey: false, strict: 'throw', minimize: false },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, nameKey: 1 }, { unique: true });
schema.index({ orgId: 1, projectId: 1 });
schema.index({ pending: 1 });

/** The rows of series, and the ways they change inside a transaction. */
export type SeriesRows = SpcRepo['series'] & {
  insert(orgId: string, chart: Chart, by: { createdBy: string }): Promise<Series>;
  edit(orgId: string, id: string, to: EditOfRow, session: ClientSession): Promise<Series | null>;
  /** How many of them have not changed since they were read, and are as they are to be now. */
  advance(orgId: string, grown: readonly Grown[], session: ClientSession): Promise<number>;
  revise(
    orgId: string,
    chart: Chart,
    to: { chart: RevisionWrite['to']; session: ClientSession },
  ): Promise<Series | null>;
};

export function mongoSeries(connection: Connection): SeriesRows {
  const model = connection.model<Row>('Series', schema);
  const growing = manyRows(connection, 'series');
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { projectHidden: false };
  // A deleted project keeps its names, for it can be restored; so does one that not everybody sees.
  const taken = 'Another series has this name; it may belong to a project that is deleted, or that you do not see.';

  return {
    async list(scope, { projectId, q, instrumentId, runId, archived = false, limit, cursor }) {
      const filter = {
        ...inSight(scope, projectId),
        ...visible,
        archived: archived ? { $ne: null } : null,
        ...(q && { name: containing(q) }),
        ...(instrumentId && { instrumentId }),
        ...(runId && { 'source.runId': runId }),
      };
      const page = await findPage(model, filter, { by: 'nameKey' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    async charts(orgId, ids) {
      const rows = await model.find({ orgId, _id: { $in: [...ids] }, ...visible }).lean<Row[]>();
      return rows.map(toChart);
    },
    async insert(orgId, chart, { createdBy }) {
      const { id, createdAt, ...series } = chart.series;
      const row = {
        ...series,
        ...stateOf(chart),
        createdAt,
        createdBy,
        _id: id,
        orgId,
        nameKey: nameKeyOf(series.name),
      };
      return toRecord((await unlessTaken(model.create(row), taken)).toObject());
    },
    async edit(orgId, id, { revision, ...edit }, session) {
      const named = edit.name === undefined ? {} : { nameKey: nameKeyOf(edit.name) };
      const update = { $set: { ...edit, ...named }, $inc: { revision: 1, version: 1 } };
      const write = model.findOneAndUpdate({ orgId, _id: id, revision, ...visible }, update, { ...after, session });
      return orNull(await unlessTaken(write.exec(), taken));
    },
    async fedIn(orgId, projectId) {
      const rows = await model
        .find({ orgId, projectId, archived: null, ...visible }, { source: 1, subgrouping: 1, chart: 1, createdAt: 1 })
        .lean<Pick<Row, '_id' | 'source' | 'subgrouping' | 'chart' | 'createdAt'>[]>();
      return rows.map(({ _id: id, createdAt, ...fed }) => ({ ...fed, id, createdAt: createdAt.toISOString() }));
    },
    async *waiting() {
      const rule = { 'subgrouping.by': { $in: ['time', 'run'] } };
      const filter = { orgId: everyOrganisation, pending: { $gt: 0 }, ...rule, ...visible } as QueryFilter<Row>;
      for await (const row of model.find(filter).lean<Row[]>().cursor()) {
        yield { orgId: row.orgId, chart: toChart(row) };
      }
    },
    async advance(orgId, grown, session) {
      const updates = grown.map(({ chart, growth: { to } }) => {
        const { phases, limitsVersion, lastAt, ...grew } = grownOf(to);
        const revised = phases === chart.series.phases ? {} : { phases, limitsVersion };
        const newest = { lastAt: lastAt === null ? null : new Date(lastAt) };
        return {
          q: { orgId, _id: chart.series.id, version: chart.series.version, archived: null, ...visible },
          u: { $set: { ...grew, ...revised, ...newest, ...stateOf(to) } },
        };
      });
      return growing.update(updates, session);
    },
    async revise(orgId, { series }, { chart, session }) {
      const filter = { orgId, _id: series.id, version: series.version, ...visible };
      const update = { $set: { ...grownOf(chart), ...stateOf(chart), revision: chart.series.revision } };
      return orNull(await model.findOneAndUpdate(filter, update, { ...after, session }));
    },
    async countAlert(orgId, id, { by, alertId }) {
      // One that is closed does not go on.
      const update = { $inc: { openAlerts: by, version: 1 }, ...(by < 0 && { $pull: { episodes: { alertId } } }) };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id }, update, after));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

const nameKeyOf = (name: string): string => name.toLowerCase();

const stateOf = ({ head, episodes, groups }: Chart) => ({ head, episodes, groups });

function grownOf({ series }: Chart) {
  const { phases, limitsVersion, pointCount, lastValue, lastAt, pending, openAlerts, version } = series;
  return { phases, limitsVersion, pointCount, lastValue, lastAt, pending, openAlerts, version };
}

const orNull = (row: Row | null): Series | null => row && toRecord(row);

const toChart = (row: Row): Chart => ({ series: toRecord(row), ...stateOfRow(row) });
const stateOfRow = ({ head, episodes, groups }: Row) => ({ head, episodes, groups });

function toRecord(row: Row): Series {
  const { _id: id, orgId: _org, nameKey: _key, head: _head, episodes: _episodes, groups: _groups, ...shown } = row;
  const { createdBy: _by, projectHidden: _hidden, ...series } = shown;
  return {
    ...series,
    id,
    lastAt: series.lastAt?.toISOString() ?? null,
    archived: series.archived?.toISOString() ?? null,
    createdAt: series.createdAt.toISOString(),
  };
}
