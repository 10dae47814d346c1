import { Schema, type Connection } from 'mongoose';
import { Fault } from '../../platform/fault.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { Account, AccountRepo } from './account.repo.ts';

type Row = Omit<Account, 'personId'> & { _id: string };
type ResetRow = { _id: string; hash: string; expiresAt: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    email: { type: String, required: true },
    passwordHash: { type: String, required: true },
    changedAt: { type: Date, required: true },
  },
  { collection: 'accounts', versionKey: false, strict: 'throw' },
);
schema.index({ email: 1 }, { unique: true });

/** By person: a newer link takes the place of the one before. */
const resetSchema = new Schema<ResetRow>(
  {
    _id: { type: String, required: true },
    hash: { type: String, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'password_resets', versionKey: false, strict: 'throw' },
);
resetSchema.index({ hash: 1 }, { unique: true });

export function mongoAccounts(connection: Connection): AccountRepo {
  const accounts = connection.model<Row>('Account', schema);
  const resets = connection.model<ResetRow>('PasswordReset', resetSchema);

  return {
    ofEmail: async (email) => orNull(await accounts.findOne({ email }).lean<Row>()),
    ofPerson: async (personId) => orNull(await accounts.findById(personId).lean<Row>()),
    async insert({ personId, ...account }) {
      try {
        return toRecord((await accounts.create({ ...account, _id: personId })).toObject());
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new Fault('state.conflict', { detail: 'There is an account with this address. Sign in.', cause: error });
      }
    },
    async setPassword(personId, { was, hash, at }) {
      const change = { $set: { passwordHash: hash, changedAt: at } };
      const filter = { _id: personId, passwordHash: was };
      // Links that were mailed before are over with it.
      await resets.deleteOne({ _id: personId });
      return orNull(await accounts.findOneAndUpdate(filter, change, { returnDocument: 'after' }).lean<Row>());
    },
    async keepReset({ hash, personId, expiresAt }) {
      await resets.updateOne({ _id: personId }, { $set: { hash, expiresAt } }, { upsert: true });
    },
    async takeReset(hash, now) {
      const row = await resets.findOneAndDelete({ hash, expiresAt: { $gt: now } }).lean<ResetRow>();
      return row && { personId: row._id };
    },
  };
}

const orNull = (row: Row | null): Account | null => row && toRecord(row);
const toRecord = ({ _id: personId, ...account }: Row): Account => ({ personId, ...account });
