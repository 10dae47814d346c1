import type { Alert } from '@cobench/shared/series/alert';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { Acknowledgement, Extension, SpcRepo } from './series.repo.ts';

type Row = Omit<Alert, 'id' | 'openedAt' | 'lastAt' | 'acknowledgedAt'> & {
  _id: string;
  orgId: string;
  openedAt: Date;
  lastAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  projectHidden: boolean;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    seriesId: { type: String, required: true },
    seriesName: { type: String, required: true },
    projectId: { type: String, required: true },
    metric: { type: String, required: true },
    unit: { type: String, default: '' },
    rule: { type: String, required: true },
    side: { type: String, required: true },
    firstIndex: { type: Number, required: true },
    lastIndex: { type: Number, required: true },
    signals: { type: Number, required: true },
    value: { type: Number, required: true },
    limits: { type: Schema.Types.Mixed, required: true },
    runId: { type: String, required: true },
    runName: { type: String, required: true },
    openedAt: { type: Date, required: true },
    lastAt: { type: Date, required: true },
    state: { type: String, required: true },
    acknowledgedAt: { type: Date, default: null },
    acknowledgedBy: { type: String, default: null },
    acknowledgedByName: { type: String, default: null },
    comment: { type: String, default: '' },
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'alerts', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, state: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, seriesId: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, projectId: 1, projectHidden: 1 });

/** The rows of alerts, and the ways they change inside a transaction. */
export type AlertRows = SpcRepo['alerts'] & {
  insert(orgId: string, alerts: readonly Alert[], session: ClientSession): Promise<void>;
  extend(orgId: string, extension: Extension, session: ClientSession): Promise<Alert | null>;
  /** Null where it is not open any more. */
  acknowledge(orgId: string, id: string, to: Acknowledgement & { session: ClientSession }): Promise<Alert | null>;
};

export function mongoAlerts(connection: Connection): AlertRows {
  const model = connection.model<Row>('Alert', schema);
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { projectHidden: false };

  return {
    async list(scope, { state, seriesId, limit, cursor }) {
      const filter = { ...inSight(scope), ...visible, ...(state && { state }), ...(seriesId && { seriesId }) };
      const page = await findPage(model, filter, { by: 'openedAt', descending: true }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    async insert(orgId, alerts, session) {
      if (alerts.length === 0) return;
      await model.insertMany(
        alerts.map(({ id, ...alert }) => ({ ...alert, _id: id, orgId })),
        { session },
      );
    },
    async extend(orgId, { alertId, signals, lastIndex, lastAt }, session) {
      const update = { $set: { lastIndex, lastAt: new Date(lastAt) }, $inc: { signals } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: alertId }, update, { ...after, session }));
    },
    async acknowledge(orgId, id, { at, by, byName, comment, session }) {
      const how = { acknowledgedAt: at, acknowledgedBy: by, acknowledgedByName: byName, comment };
      const update = { $set: { state: 'acknowledged', ...how } } as const;
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, state: 'open' }, update, { ...after, session }));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

const orNull = (row: Row | null): Alert | null => row && toRecord(row);

function toRecord(row: Row): Alert {
  const { _id: id, orgId: _org, acknowledgedBy: _by, projectHidden: _hidden, ...alert } = row;
  return {
    ...alert,
    id,
    openedAt: alert.openedAt.toISOString(),
    lastAt: alert.lastAt.toISOString(),
    acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
  };
}
