import type { SeriesPoint } from '@cobench/shared/series/series';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import { newId } from '../../platform/new-id.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { SpcRepo } from './series.repo.ts';

type Row = Omit<SeriesPoint, 'at'> & { _id: string; orgId: string; seriesId: string; at: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    seriesId: { type: String, required: true },
    index: { type: Number, required: true },
    at: { type: Date, required: true },
    value: { type: Number, required: true },
    runId: { type: String, required: true },
    runSeq: { type: Number, required: true },
    rules: { type: [String], required: true },
  },
  { collection: 'series_points', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ seriesId: 1, index: 1 }, { unique: true });
schema.index({ seriesId: 1, runId: 1, runSeq: 1 }, { unique: true });

export type PointRows = SpcRepo['points'] & {
  insert(orgId: string, seriesId: string, to: { points: SeriesPoint[]; session: ClientSession }): Promise<void>;
};

export function mongoPoints(connection: Connection): PointRows {
  const model = connection.model<Row>('SeriesPoint', schema);
  return {
    async newest(orgId, seriesId, limit) {
      const rows = await model.find({ orgId, seriesId }).sort({ index: -1 }).limit(limit).lean<Row[]>();
      return rows.toReversed().map(toRecord);
    },
    async after(orgId, seriesId, { after, limit }) {
      const filter = { orgId, seriesId, index: { $gt: after } };
      return (await model.find(filter).sort({ index: 1 }).limit(limit).lean<Row[]>()).map(toRecord);
    },
    async taken(orgId, seriesId, { runId, first, last }) {
      const filter = { orgId, seriesId, runId, runSeq: { $gte: first, $lte: last } };
      const rows = await model.find(filter).select({ runSeq: 1 }).lean<Pick<Row, 'runSeq'>[]>();
      return new Set(rows.map(({ runSeq }) => runSeq));
    },
    async insert(orgId, seriesId, { points, session }) {
      const rows = points.map((point) => ({ ...point, _id: newId(), orgId, seriesId, at: new Date(point.at) }));
      await model.insertMany(rows, { session, lean: true });
    },
  };
}

function toRecord({ index, at, value, runId, runSeq, rules }: Row): SeriesPoint {
  return { index, at: at.toISOString(), value, runId, runSeq, rules };
}
