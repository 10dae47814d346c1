import type { MaintenanceRecord } from '@cobench/shared/instruments/maintenance';
import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { MaintenanceRepo } from './instrument.repo.ts';

type Row = Omit<MaintenanceRecord, 'id' | 'from' | 'to' | 'createdAt'> & {
  _id: string;
  orgId: string;
  from: Date;
  to: Date | null;
  createdAt: Date;
};

const text = { type: String, default: '' };
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    instrumentId: { type: String, required: true },
    kind: { type: String, required: true },
    what: text,
    parts: text,
    from: { type: Date, required: true },
    to: { type: Date, default: null },
    state: { type: String, default: null },
    byId: { type: String, required: true },
    byName: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'maintenance', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, instrumentId: 1, from: -1, _id: -1 });

export function mongoMaintenance(connection: Connection): MaintenanceRepo {
  const model = connection.model<Row>('Maintenance', schema);
  return {
    async list(orgId, instrumentId, request) {
      const page = await findPage(model, { orgId, instrumentId }, { by: 'from', descending: true }, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    add: async (orgId, { id, ...record }) => toRecord((await model.create({ ...record, _id: id, orgId })).toObject()),
  };
}

function toRecord({ _id: id, orgId: _org, ...row }: Row): MaintenanceRecord {
  const { from, to, createdAt } = row;
  return {
    ...row,
    id,
    from: from.toISOString(),
    to: to?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
