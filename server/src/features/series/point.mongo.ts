import { Schema, type ClientSession, type Connection } from 'mongoose';
import { inTurn } from '../../platform/in-turn.ts';
import { newId } from '../../platform/new-id.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { Checkpoint, RevisionWrite, SpcRepo, StoredPoint } from './series.repo.ts';
import { pointsOfStretch, stretchDueAt, stretchesOf, stretchPoints, stretchText } from './stretch.ts';

type Row = Omit<StoredPoint, 'at'> & { _id: string; orgId: string; seriesId: string; at: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    seriesId: { type: String, required: true },
    index: { type: Number, required: true },
    at: { type: Date, required: true },
    items: { type: [Number], required: true },
    size: { type: Number, default: null },
    from: { type: [String], required: true },
    runId: { type: String, default: null },
    label: { type: String, default: '' },
    by: { type: Schema.Types.Mixed, default: undefined },
    excluded: { type: Schema.Types.Mixed, default: null },
  },
  { collection: 'series_points', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ seriesId: 1, index: 1 }, { unique: true });
// Each measurement is in one point of a series.
schema.index({ seriesId: 1, from: 1 }, { unique: true });

/**
 * Points again, many in one record, for those who read many. It is written in a transaction that adds or changes points:
 * where one is missing the points are read one by one.
 */
type StretchRow = { _id: string; orgId: string; seriesId: string; first: number; text: string };

const stretchSchema = new Schema<StretchRow>(
  {
    _id: { type: String, required: true },
    seriesId: { type: String, required: true },
    first: { type: Number, required: true },
    text: { type: String, required: true },
  },
  { collection: 'series_stretches', versionKey: false, strict: 'throw' },
);
stretchSchema.plugin(orgScoped);
stretchSchema.index({ seriesId: 1, first: 1 }, { unique: true });

type CheckpointRow = Checkpoint & { _id: string; orgId: string; seriesId: string };

const checkpointSchema = new Schema<CheckpointRow>(
  {
    _id: { type: String, required: true },
    seriesId: { type: String, required: true },
    limitsVersion: { type: Number, required: true },
    index: { type: Number, required: true },
    state: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'series_checkpoints', versionKey: false, strict: 'throw', minimize: false },
);
checkpointSchema.plugin(orgScoped);
checkpointSchema.index({ seriesId: 1, limitsVersion: 1, index: 1 }, { unique: true });

type Of = { orgId: string; seriesId: string };
type Range = { first: number; end: number };
export type PointRows = SpcRepo['points'] & {
  insert(points: readonly (Of & { point: StoredPoint })[], session: ClientSession): Promise<void>;
  /**
   * Packs stretches whose turn has come with these points, beside whoever goes on. What somebody has packed meanwhile who
   * excluded points is newer, and stays.
   */
  packLater(points: readonly (Of & { point: StoredPoint })[]): void;
  keep(checkpoints: readonly (Of & { checkpoint: Checkpoint })[], session: ClientSession): Promise<void>;
  forget(of: Of, versions: readonly number[], session: ClientSession): Promise<void>;
  exclude(of: Of, exclusion: RevisionWrite['exclusions'][number], session: ClientSession): Promise<void>;
};

export function mongoPoints(connection: Connection): PointRows {
  const model = connection.model<Row>('SeriesPoint', schema);
  const stored = manyRows(connection, 'series_points');
  const checkpoints = connection.model<CheckpointRow>('SeriesCheckpoint', checkpointSchema);
  const shown = { _id: 0, orgId: 0, seriesId: 0, from: 0 } as const;

  const stretches = connection.model<StretchRow>('SeriesStretch', stretchSchema);
  const packing = inTurn();

  async function single(
    { orgId, seriesId }: Of,
    { first, end }: Range,
    session: ClientSession | null,
  ): Promise<StoredPoint[]> {
    if (end <= first) return [];
    const filter = { orgId, seriesId, index: { $gte: first, $lt: end } };
    // The driver hands as many over at once as there are.
    const found = model
      .find(filter, shown)
      .session(session)
      .sort({ index: 1 })
      .batchSize(Math.min(end - first, 10_000) + 1);
    return (await found.lean<Row[]>()).map(toRecord);
  }

  /** Writes a stretch of which all points are there; `anew` also where it was written before. */
  async function pack(of: Of, first: number, { anew, session }: { anew: boolean; session: ClientSession | null }) {
    const all = await single(of, { first, end: first + stretchPoints }, session);
    if (all.length < stretchPoints) return;
    const [_id, text] = [newId(), stretchText(all)];
    const update = anew ? { $set: { text }, $setOnInsert: { _id } } : { $setOnInsert: { _id, text } };
    await stretches.updateOne({ ...of, first }, update, { upsert: true }).session(session);
  }

  return {
    async range(orgId, seriesId, { first, end }) {
      if (end - first < stretchPoints) return single({ orgId, seriesId }, { first, end }, null);
      const filter = { orgId, seriesId, first: { $gt: first - stretchPoints, $lt: end } };
      const rows = await stretches.find(filter, { first: 1, text: 1 }).sort({ first: 1 }).lean<StretchRow[]>();
      const points: StoredPoint[] = [];
      let from = first;
      for (const row of rows) {
        points.push(...(await single({ orgId, seriesId }, { first: from, end: row.first }, null)));
        points.push(...pointsOfStretch(row.text, row.first).slice(Math.max(0, first - row.first), end - row.first));
        from = row.first + stretchPoints;
      }
      points.push(...(await single({ orgId, seriesId }, { first: from, end }, null)));
      return points;
    },
    async taken(orgId, seriesId, from) {
      if (from.length === 0) return new Set();
      const rows = await model
        .find({ orgId, seriesId, from: { $in: [...from] } }, { from: 1 })
        .lean<Pick<Row, 'from'>[]>();
      return new Set(rows.flatMap((row) => row.from));
    },
    async checkpoint(orgId, seriesId, { limitsVersion, index }) {
      const filter = { orgId, seriesId, limitsVersion, index: { $lte: index } };
      const row = await checkpoints.findOne(filter).sort({ index: -1 }).lean<CheckpointRow>();
      return row && { limitsVersion: row.limitsVersion, index: row.index, state: row.state };
    },
    async insert(points, session) {
      if (points.length === 0) return;
      const rows = points.map(({ orgId, seriesId, point }) => ({
        ...point,
        _id: `${seriesId}/${point.index}`,
        orgId,
        seriesId,
        at: new Date(point.at),
      }));
      await stored.insert(rows, session);
    },
    packLater(points) {
      for (const { orgId, seriesId, point } of points) {
        const first = stretchDueAt(seriesId, point.index);
        if (first === null) continue;
        const packed = packing('', () => pack({ orgId, seriesId }, first, { anew: false, session: null }));
        // What could not be packed is read point by point.
        packed.catch(() => undefined);
      }
    },
    async keep(kept, session) {
      if (kept.length === 0) return;
      const rows = kept.map(({ orgId, seriesId, checkpoint }) => ({ ...checkpoint, _id: newId(), orgId, seriesId }));
      await checkpoints.insertMany(rows, { session, lean: true });
    },
    async forget({ orgId, seriesId }, versions, session) {
      if (versions.length === 0) return;
      await checkpoints.deleteMany({ orgId, seriesId, limitsVersion: { $in: [...versions] } }, { session });
    },
    async exclude({ orgId, seriesId }, { indices, excluded }, session) {
      if (indices.length === 0) return;
      await model.updateMany({ orgId, seriesId, index: { $in: indices } }, { $set: { excluded } }, { session });
      for (const first of stretchesOf(indices)) await pack({ orgId, seriesId }, first, { anew: true, session });
    },
  };
}

function toRecord({ index, at, items, size, runId, label, by, excluded }: Row): StoredPoint {
  return { index, at: at.toISOString(), items, size, from: [], runId, label, ...(by && { by }), excluded };
}
