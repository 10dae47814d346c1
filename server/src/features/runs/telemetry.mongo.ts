import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { bytesOf, type Binary } from './packed-bytes.ts';
import { dawn, type Node, type Piece } from './pyramid.ts';
import { RollUp } from './roll-up.ts';
import type { MetricSummary, PackedSummary, TelemetryRepo } from './telemetry.repo.ts';

type SummaryRow = Omit<PackedSummary, 'metrics'> & {
  _id: string;
  orgId: string;
  metrics: MetricSummary[];
  settled: boolean;
  /** When the run ended, of those that are packed to their end. */
  endedAt: Date | null;
  /** Whether nothing is left of the raw points. */
  cleared: boolean;
};
type OfRun = { _id: string; orgId: string; runId: string; metric: string };
type NodeRow = Omit<Node, 'cells'> & OfRun & { cells: Binary | Uint8Array };
type PieceRow = Omit<Piece, 'bytes'> & OfRun & { bytes: Binary | Uint8Array };

const mixed = { type: Schema.Types.Mixed, required: true };
const [text, number] = [
  { type: String, required: true },
  { type: Number, required: true },
];
const summarySchema = new Schema<SummaryRow>(
  {
    _id: text,
    packedSeq: number,
    metrics: mixed,
    dropped: { type: Boolean },
    settled: { type: Boolean },
    endedAt: { type: Date },
    cleared: { type: Boolean },
    version: number,
  },
  { collection: 'run_telemetry', versionKey: false, strict: 'throw' },
);
summarySchema.plugin(orgScoped);
summarySchema.index({ orgId: 1, cleared: 1, endedAt: 1 });
summarySchema.index({ settled: 1 }, { partialFilterExpression: { settled: false } });

const nodeSchema = new Schema<NodeRow>(
  { _id: text, runId: text, metric: text, level: number, startAt: number, endAt: number, count: number, cells: mixed },
  { collection: 'run_roll_ups', versionKey: false, strict: 'throw' },
);
nodeSchema.plugin(orgScoped);
nodeSchema.index({ runId: 1, metric: 1, level: 1, startAt: 1 }, { unique: true });

const pieceSchema = new Schema<PieceRow>(
  { _id: text, runId: text, metric: text, startAt: number, piece: number, count: number, lastAt: number, bytes: mixed },
  { collection: 'run_points', versionKey: false, strict: 'throw' },
);
pieceSchema.plugin(orgScoped);
pieceSchema.index({ runId: 1, metric: 1, startAt: 1, piece: 1 }, { unique: true });

/** So many pieces are dropped in one step. */
const piecesAtOnce = 50;
/** So many ended runs are looked at in one step. */
const runsAtOnce = 200;
type EndedRun = { _id: string; orgId: string; finishedAt: Date | null };

export function mongoTelemetry(connection: Connection): TelemetryRepo {
  const summaries = connection.model<SummaryRow>('RunTelemetry', summarySchema);
  const nodes = connection.model<NodeRow>('RunRollUp', nodeSchema);
  const pieces = connection.model<PieceRow>('RunPoints', pieceSchema);

  const runs = connection.collection<EndedRun>('runs');

  async function notBegun(some: readonly EndedRun[]): Promise<{ orgId: string; runId: string }[]> {
    const _id = { $in: some.map((run) => run._id) };
    const begun = await summaries.find({ orgId: everyOrganisation, _id }).select({ _id: 1 }).lean<SummaryRow[]>();
    const known = new Set(begun.map((row) => row._id));
    return some.filter((run) => !known.has(run._id)).map((run) => ({ orgId: run.orgId, runId: run._id }));
  }

  return {
    atOneMoment: (read) => inTransaction(connection, read),
    async summary(orgId, runId) {
      const row = await summaries.findOne({ orgId, _id: runId }).lean<SummaryRow>();
      if (!row) return null;
      const { packedSeq, metrics, dropped, version } = row;
      return { packedSeq, metrics, dropped, version };
    },
    async begin(orgId, runId) {
      const fresh = { packedSeq: 0, metrics: [], dropped: false, version: 1 };
      const open = { settled: false, endedAt: null, cleared: false };
      const ifNew = summaries.updateOne(
        { orgId, _id: runId },
        { $setOnInsert: { ...fresh, ...open } },
        { upsert: true },
      );
      // Two processes began it at once.
      await ifNew.catch(unlessThere);
    },
    stored: (orgId, runId, metric) => ({
      async node(level, at) {
        const of = { orgId, runId, metric, level };
        const row = await nodes
          .findOne({ ...of, startAt: { $lte: at } })
          .sort({ startAt: -1 })
          .lean<NodeRow>();
        if (!row) return null;
        const after = { ...of, startAt: { $gt: row.startAt } };
        const next =
          at === Infinity
            ? null
            : await nodes.findOne(after).sort({ startAt: 1 }).select({ startAt: 1 }).lean<NodeRow>();
        return { node: toNode(row), until: next?.startAt ?? Infinity };
      },
      async piece(startAt) {
        const row = await pieces.findOne({ orgId, runId, metric, startAt }).sort({ piece: -1 }).lean<PieceRow>();
        return row && toPiece(row);
      },
    }),
    grow: (orgId, runId, { seen, to, endedAt, metrics }) =>
      inTransaction(connection, async (session) => {
        const { packedSeq, dropped, version } = to;
        const row = { packedSeq, metrics: [...to.metrics], dropped, version, settled: endedAt !== null, endedAt };
        const before = { orgId, _id: runId, version: seen.version };
        const { matchedCount } = await summaries.updateOne(before, { $set: row }, { session });
        if (matchedCount === 0) return false;
        const changedNodes = metrics.flatMap(({ metric, nodes: own }) =>
          Array.from(own, ({ cells, ...node }) => {
            const _id = `${runId}/${node.level}/${node.startAt}/${metric}`;
            return upsert(_id, { ...node, orgId, runId, metric, cells: cells.encode() });
          }),
        );
        const changedPieces = metrics.flatMap(({ metric, pieces: own }) =>
          Array.from(own, (piece) => {
            const _id = `${runId}/${piece.piece}/${piece.startAt}/${metric}`;
            return upsert(_id, { ...piece, orgId, runId, metric });
          }),
        );
        if (changedNodes.length > 0) await nodes.collection.bulkWrite(changedNodes as never, { session });
        if (changedPieces.length > 0) await pieces.collection.bulkWrite(changedPieces as never, { session });
        return true;
      }),
    async *nodes(orgId, runId, { metric, level, from, to }) {
      const of = { orgId, runId, metric, level };
      const first = nodes
        .findOne({ ...of, startAt: { $lte: from } })
        .sort({ startAt: -1 })
        .select({ startAt: 1 });
      const startAt = { $gte: (await first.lean<NodeRow>())?.startAt ?? dawn, $lte: to };
      let last: NodeRow | null = null;
      for await (const row of nodes
        .find({ ...of, startAt })
        .sort({ startAt: 1 })
        .lean<NodeRow>()
        .cursor({ batchSize: 50 })) {
        if (last) yield { ...toNode(last), until: row.startAt };
        last = row;
      }
      if (!last) return;
      const next = nodes
        .findOne({ ...of, startAt: { $gt: last.startAt } })
        .sort({ startAt: 1 })
        .select({ startAt: 1 });
      yield { ...toNode(last), until: (await next.lean<NodeRow>())?.startAt ?? Infinity };
    },
    async *pieces(orgId, runId, { metric, from, to }) {
      const of = { orgId, runId, metric };
      const first = nodes
        .findOne({ ...of, level: 0, startAt: { $lte: from } })
        .sort({ startAt: -1 })
        .select({ startAt: 1 });
      const startAt = { $gte: (await first.lean<NodeRow>())?.startAt ?? dawn, $lte: to };
      const rows = pieces
        .find({ ...of, startAt })
        .sort({ startAt: 1, piece: 1 })
        .lean<PieceRow>();
      for await (const { bytes } of rows.cursor({ batchSize: 16 })) yield { bytes: bytesOf(bytes) };
    },
    async *neverBegun() {
      const ended = runs.find({ finishedAt: { $ne: null } }).project<EndedRun>({ orgId: 1 });
      let some: EndedRun[] = [];
      for await (const run of ended.batchSize(runsAtOnce)) {
        some.push(run);
        if (some.length < runsAtOnce) continue;
        yield* await notBegun(some);
        some = [];
      }
      yield* await notBegun(some);
    },
    async *unsettled() {
      const rows = summaries.find({ orgId: everyOrganisation, settled: false }).select({ orgId: 1 }).lean<SummaryRow>();
      for await (const { orgId, _id } of rows.cursor({ batchSize: 100 })) yield { orgId, runId: _id };
    },
    async *endedBefore(orgId, before) {
      const ended = { orgId, cleared: false, endedAt: { $lt: before } };
      const rows = summaries.find(ended).select({ _id: 1 }).lean<SummaryRow>();
      for await (const { _id } of rows.cursor({ batchSize: 100 })) yield { runId: _id };
    },
    async dropping(orgId, runId) {
      const change = { $set: { dropped: true }, $inc: { version: 1 } };
      return (await summaries.updateOne({ orgId, _id: runId, cleared: false, settled: true }, change)).matchedCount > 0;
    },
    async dropPieces(orgId, runId) {
      const some = await pieces.find({ orgId, runId }).select({ _id: 1 }).limit(piecesAtOnce).lean<PieceRow[]>();
      if (some.length > 0) await pieces.deleteMany({ orgId, _id: { $in: some.map(({ _id }) => _id) } });
      return some.length === piecesAtOnce;
    },
    async dropped(orgId, runId) {
      await summaries.updateOne({ orgId, _id: runId }, { $set: { cleared: true } });
    },
  };
}

const upsert = (_id: string, row: object) => ({ updateOne: { filter: { _id }, update: { $set: row }, upsert: true } });

const toNode = ({ level, startAt, endAt, count, cells }: NodeRow): Node => ({
  level,
  startAt,
  endAt,
  count,
  cells: RollUp.decode(bytesOf(cells)),
});

const toPiece = ({ startAt, piece, count, lastAt, bytes }: PieceRow): Piece => ({
  startAt,
  piece,
  count,
  lastAt,
  bytes: bytesOf(bytes),
});

function unlessThere(error: unknown): void {
  if (!isDuplicateKey(error)) throw error;
}
