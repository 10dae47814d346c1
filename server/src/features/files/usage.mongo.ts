import type { FileLimits } from '@cobench/shared/files/upload';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import type { Counted, UsageRepo, Whose } from './usage.repo.ts';

/** `_id`: of the organisation, or of the organisation and the person. */
type CountRow = Counted & { _id: string; orgId: string };
type LimitRow = FileLimits & { _id: string; orgId: string };

const count = { type: Number, default: 0 } as const;
const countSchema = new Schema<CountRow>(
  { _id: { type: String, required: true }, used: count, reserved: count, uploads: count },
  { collection: 'fileUsage', versionKey: false, strict: 'throw' },
);
countSchema.plugin(orgScoped);

const orNone = { type: Number, default: null } as const;
const limitSchema = new Schema<LimitRow>(
  {
    _id: { type: String, required: true },
    organisation: orNone,
    person: orNone,
    largestFile: { type: Number, required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'fileLimits', versionKey: false, strict: 'throw' },
);
limitSchema.plugin(orgScoped);

const mostPrepared = 10_000;

export function mongoUsage(connection: Connection): UsageRepo {
  const counters = connection.model<CountRow>('FileUsage', countSchema);
  const limits = connection.model<LimitRow>('FileLimits', limitSchema);
  /** Counters that are there, for they stay. */
  const prepared = new Set<string>();
  const after = { returnDocument: 'after', lean: true, upsert: true } as const;
  const idsOf = ({ orgId, personId }: Whose) => ({ organisation: orgId, person: `${orgId}:${personId}` });

  async function added(orgId: string, _id: string, change: Partial<Counted>): Promise<Counted> {
    return toCounted(await counters.findOneAndUpdate({ orgId, _id }, { $inc: change }, after));
  }

  return {
    async counts(of) {
      const ids = idsOf(of);
      const rows = await counters.find({ orgId: of.orgId, _id: { $in: Object.values(ids) } }).lean<CountRow[]>();
      const rowOf = (id: string) => toCounted(rows.find(({ _id }) => _id === id) ?? null);
      return { organisation: rowOf(ids.organisation), person: rowOf(ids.person) };
    },
    count: (of, change) =>
      inTransaction(connection, async () => {
        const ids = idsOf(of);
        const organisation = await added(of.orgId, ids.organisation, change);
        return { organisation, person: await added(of.orgId, ids.person, change) };
      }),
    async add(of, change) {
      const updates = Object.values(idsOf(of)).map((_id) => ({
        updateOne: { filter: { orgId: of.orgId, _id }, update: { $inc: change }, upsert: true },
      }));
      await inTransaction(connection, () => counters.bulkWrite(updates));
    },
    async prepare(of) {
      for (const _id of Object.values(idsOf(of))) {
        if (prepared.has(_id)) continue;
        const none = { $setOnInsert: { used: 0, reserved: 0, uploads: 0 } };
        await unlessThere(counters.updateOne({ orgId: of.orgId, _id }, none, { upsert: true }));
        if (prepared.size >= mostPrepared) prepared.clear();
        prepared.add(_id);
      }
    },
    async limits(orgId) {
      const row = await limits.findOne({ orgId, _id: orgId }).lean<LimitRow>();
      return row && toLimits(row);
    },
    async setLimits(orgId, { revision, ...wanted }) {
      const first = { $setOnInsert: { ...wanted, revision: 1 } };
      if (revision === 0) {
        const made = await unlessThere(limits.updateOne({ orgId, _id: orgId }, first, { upsert: true }));
        return made?.upsertedCount ? { ...wanted, revision: 1 } : null;
      }
      const set = { $set: wanted, $inc: { revision: 1 } };
      const row = await limits.findOneAndUpdate({ orgId, _id: orgId, revision }, set, { ...after, upsert: false });
      return row && toLimits(row);
    },
  };
}

/** Null where another process made the row in that moment. */
async function unlessThere<T>(write: PromiseLike<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return null;
  }
}

const toCounted = (row: CountRow | null): Counted => ({
  used: row?.used ?? 0,
  reserved: row?.reserved ?? 0,
  uploads: row?.uploads ?? 0,
});
const toLimits = ({ organisation, person, largestFile, revision }: LimitRow): FileLimits => ({
  organisation,
  person,
  largestFile,
  revision,
});
