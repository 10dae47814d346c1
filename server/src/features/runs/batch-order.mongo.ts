import { Schema, type ClientSession, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { Overtaken, type BatchOrder, type OrderStep, type WaitingBatch } from './run.repo.ts';
import { newSender, type Gap, type SenderState } from './sender-state.ts';

type SenderRow = {
  _id: string;
  orgId: string;
  runId: string;
  sender: string;
  next: number;
  gaps: Gap[];
  waiting: { number: number; at: Date }[];
  /** Not there in rows of before it was kept. */
  untold?: number[];
  /** Whether any wait, or are untold. */
  waits: boolean;
  version: number;
};
type WaitingRow = WaitingBatch & { _id: string; orgId: string; runId: string; sender: string };

const mixed = { type: Schema.Types.Mixed, required: true };
const senderSchema = new Schema<SenderRow>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    sender: { type: String, required: true },
    next: { type: Number, required: true },
    gaps: mixed,
    waiting: mixed,
    untold: Schema.Types.Mixed,
    waits: { type: Boolean, required: true },
    version: { type: Number, required: true },
  },
  { collection: 'run_senders', versionKey: false, strict: 'throw' },
);
senderSchema.plugin(orgScoped);
senderSchema.index({ waits: 1 }, { partialFilterExpression: { waits: true } });
senderSchema.index({ runId: 1 });

const waitingSchema = new Schema<WaitingRow>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    sender: { type: String, required: true },
    number: { type: Number, required: true },
    key: { type: String, required: true },
    at: { type: Date, required: true },
    actor: mixed,
    reports: mixed,
  },
  { collection: 'run_waiting', versionKey: false, strict: 'throw' },
);
waitingSchema.plugin(orgScoped);

/** The rows that keep numbered batches in order, and for the log the one way to go steps on with what it writes. */
export type OrderRows = BatchOrder & {
  /** Of different senders. @throws Overtaken where one of them has gone on since; the transaction is over then. */
  stepWithin(orgId: string, steps: readonly StepOf[], session: ClientSession): Promise<void>;
};
type StepOf = OrderStep & { runId: string };

export function mongoBatchOrder(connection: Connection): OrderRows {
  const senders = connection.model<SenderRow>('RunSender', senderSchema);
  const many = manyRows(connection, 'run_senders');
  const batches = connection.model<WaitingRow>('RunWaiting', waitingSchema);

  async function stepWithin(orgId: string, steps: readonly StepOf[], session: ClientSession): Promise<void> {
    if (steps.length === 0) return;
    const writes = steps.map(({ runId, seen, to }) => {
      const { next, gaps, waiting, untold } = to;
      const row = { next, gaps, waiting, untold, waits: keptBy(to).length > 0, version: seen.version + 1 };
      return { _id: `${runId}/${seen.sender}`, orgId, runId, seen, row };
    });
    const [fresh, known] = [
      writes.filter(({ seen }) => seen.version === 0),
      writes.filter(({ seen }) => seen.version > 0),
    ];
    if (fresh.length > 0) {
      const rows = fresh.map(({ row, seen: { sender }, ...of }) => ({ ...row, sender, ...of }));
      await many.insert(rows, session).catch(overtakenWhereTaken);
    }
    if (known.length > 0) {
      const updates = known.map(({ _id, seen: { version }, row }) => ({
        q: { orgId, _id, version },
        u: { $set: row },
      }));
      if ((await many.update(updates, session)) < known.length) throw new Overtaken();
    }
    const left = steps.flatMap(({ runId, seen, to }) =>
      keptBy(seen)
        .filter((number) => !keptBy(to).includes(number))
        .map((number) => waitingId(runId, seen.sender, number)),
    );
    if (left.length > 0) await batches.deleteMany({ orgId, _id: { $in: left } }, { session });
  }

  return {
    stepWithin,
    async find(orgId, runId, sender) {
      const row = await senders.findOne({ orgId, _id: `${runId}/${sender}` }).lean<SenderRow>();
      return row ? toState(row) : newSender(sender);
    },
    count: (orgId, runId) => senders.countDocuments({ orgId, runId }),
    step: (orgId, runId, step) =>
      inTransaction(connection, (session) => stepWithin(orgId, [{ runId, ...step }], session)),
    wait: (orgId, runId, { batch, ...step }) =>
      inTransaction(connection, async (session) => {
        await stepWithin(orgId, [{ runId, ...step }], session);
        const { sender } = step.seen;
        const row = { ...batch, _id: waitingId(runId, sender, batch.number), orgId, runId, sender };
        await batches.insertMany([row], { session, lean: true });
      }),
    async waiting(orgId, runId, { sender, number }) {
      const row = await batches.findOne({ orgId, _id: waitingId(runId, sender, number) }).lean<WaitingRow>();
      if (!row) return null;
      const { key, at, actor, reports } = row;
      return { number, key, at, actor, reports };
    },
    async *stuck() {
      const stuck = senders.find({ orgId: everyOrganisation, waits: true }).lean<SenderRow>();
      for await (const { orgId, runId, sender } of stuck.cursor({ batchSize: 100 })) yield { orgId, runId, sender };
    },
    async stuckOf(orgId, runId) {
      const stuck = await senders.find({ orgId, runId, waits: true }).lean<SenderRow[]>();
      return stuck.map(({ sender }) => sender);
    },
  };
}

function overtakenWhereTaken(error: unknown): never {
  if (isDuplicateKey(error)) throw new Overtaken();
  throw error;
}

/** The batches whose content is kept: until they are in the history, and everybody is told. */
const keptBy = ({ waiting, untold }: SenderState): number[] => [...waiting.map(({ number }) => number), ...untold];

const waitingId = (runId: string, sender: string, number: number): string => `${runId}/${sender}/${number}`;

const toState = ({ sender, next, gaps, waiting, untold = [], version }: SenderRow): SenderState => ({
  sender,
  next,
  gaps,
  waiting,
  untold,
  version,
});
