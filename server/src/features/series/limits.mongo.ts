import type { LimitsVersion } from '@cobench/shared/series/phase';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { SpcRepo } from './series.repo.ts';

type Row = Omit<LimitsVersion, 'id' | 'at'> & { _id: string; orgId: string; at: Date };

const mixed = Schema.Types.Mixed;
/** Versions are written once and never change. */
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true, immutable: true },
    seriesId: { type: String, required: true, immutable: true },
    version: { type: Number, required: true, immutable: true },
    limitsVersion: { type: Number, required: true, immutable: true },
    start: { type: Number, required: true, immutable: true },
    name: { type: String, required: true, immutable: true },
    source: { type: mixed, required: true, immutable: true },
    parameters: { type: mixed, default: null, immutable: true },
    rules: { type: mixed, required: true, immutable: true },
    at: { type: Date, required: true, immutable: true },
    byName: { type: String, required: true, immutable: true },
    reason: { type: String, default: '', immutable: true },
    basedOn: { type: mixed, default: null, immutable: true },
    change: { type: String, required: true, immutable: true },
  },
  { collection: 'series_limits', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, seriesId: 1, version: -1, _id: -1 });
schema.index({ seriesId: 1, version: 1 }, { unique: true });

export type LimitsRows = SpcRepo['limits'] & {
  insert(orgId: string, versions: readonly LimitsVersion[], session: ClientSession): Promise<void>;
};

export function mongoLimits(connection: Connection): LimitsRows {
  const model = connection.model<Row>('SeriesLimits', schema);
  return {
    async list(orgId, seriesId, { limit, cursor }) {
      const order = { by: 'version', descending: true } as const;
      const page = await findPage(model, { orgId, seriesId }, order, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async insert(orgId, versions, session) {
      if (versions.length === 0) return;
      const rows = versions.map(({ id, at, ...version }) => ({ ...version, _id: id, orgId, at: new Date(at) }));
      await model.insertMany(rows, { session });
    },
  };
}

function toRecord({ _id: id, orgId: _org, at, ...version }: Row): LimitsVersion {
  return { ...version, id, at: at.toISOString() };
}
