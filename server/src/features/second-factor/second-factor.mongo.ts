import { Schema, type Connection } from 'mongoose';
import { Fault } from '../../platform/fault.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { Authenticator, PasskeyRecord, SecondFactorRepo } from './second-factor.repo.ts';

type FactorRow = {
  _id: string;
  authenticator?: Authenticator | null;
  recoveryHashes?: string[];
  changes?: number;
  guesses?: number;
  guessedSince?: Date;
};
type PasskeyRow = Omit<PasskeyRecord, 'id' | 'publicKey'> & {
  _id: string;
  /** COSE, base64url. */
  publicKey: string;
};
type ChallengeRow = { _id: string; expiresAt: Date };

const factorSchema = new Schema<FactorRow>(
  {
    _id: { type: String, required: true },
    authenticator: { type: new Schema({ sealed: String, since: Date, lastStep: Number }, { _id: false }) },
    recoveryHashes: { type: [String], default: [] },
    changes: Number,
    guesses: Number,
    guessedSince: Date,
  },
  { collection: 'secondFactors', versionKey: false, strict: 'throw' },
);
const passkeySchema = new Schema<PasskeyRow>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true },
    name: { type: String, required: true },
    publicKey: { type: String, required: true },
    counter: { type: Number, required: true },
    transports: { type: [String], default: [] },
    isSynced: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, default: null },
  },
  { collection: 'passkeys', versionKey: false, strict: 'throw' },
);
passkeySchema.index({ personId: 1, createdAt: 1 });
const challengeSchema = new Schema<ChallengeRow>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  { collection: 'passkeyChallenges', versionKey: false, strict: 'throw' },
);
challengeSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function mongoSecondFactors(connection: Connection): SecondFactorRepo {
  const factors = connection.model<FactorRow>('SecondFactor', factorSchema);
  const passkeys = connection.model<PasskeyRow>('Passkey', passkeySchema);
  const challenges = connection.model<ChallengeRow>('PasskeyChallenge', challengeSchema);
  const toAuthenticator = (row: FactorRow | null) => row?.authenticator ?? null;

  return {
    async of(personId) {
      // One after the other: this is asked within transactions too, which do one thing at a time.
      const row = await factors.findById(personId).lean<FactorRow>();
      const keys = await passkeys.find({ personId }).sort({ createdAt: 1 }).lean<PasskeyRow[]>();
      const recoveryHashes = row?.recoveryHashes ?? [];
      return { authenticator: toAuthenticator(row), recoveryHashes, passkeys: keys.map(toRecord) };
    },
    async touch(personId) {
      await factors.updateOne({ _id: personId }, { $inc: { changes: 1 } }, { upsert: true });
    },
    async setAuthenticator(personId, authenticator) {
      await factors.updateOne({ _id: personId }, { $set: { authenticator } }, { upsert: true });
      return authenticator;
    },
    async countGuess(personId, { now, since, most }) {
      const restart = { $set: { guesses: 1, guessedSince: now } };
      const quiet = { _id: personId, guessedSince: { $not: { $gt: since } } };
      if ((await factors.updateOne(quiet, restart)).matchedCount > 0) return 'counted';
      const another = { $inc: { guesses: 1 } };
      const fewer = { _id: personId, guesses: { $lt: most } };
      if ((await factors.updateOne(fewer, another)).matchedCount > 0) return 'counted';
      const first = { _id: personId, guesses: most };
      return (await factors.updateOne(first, another)).matchedCount > 0 ? 'first too many' : 'too many';
    },
    async forgetGuesses(personId) {
      await factors.updateOne({ _id: personId }, { $set: { guesses: 0 } });
    },
    async useStep(personId, step) {
      const fresh = { _id: personId, 'authenticator.lastStep': { $lt: step } };
      return (await factors.updateOne(fresh, { $set: { 'authenticator.lastStep': step } })).modifiedCount > 0;
    },
    removeAuthenticator: (personId) =>
      factors
        .findOneAndUpdate({ _id: personId, authenticator: { $ne: null } }, { $set: { authenticator: null } })
        .lean<FactorRow>(),
    async setRecovery(personId, hashes) {
      await factors.updateOne({ _id: personId }, { $set: { recoveryHashes: hashes } }, { upsert: true });
    },
    useRecovery: (personId, hash) =>
      factors
        .findOneAndUpdate({ _id: personId, recoveryHashes: hash }, { $pull: { recoveryHashes: hash } })
        .lean<FactorRow>(),
    passkey: async (id) => orNull(await passkeys.findById(id).lean<PasskeyRow>()),
    async addPasskey({ id, publicKey, ...passkey }) {
      if (await passkeys.exists({ _id: id })) return null;
      const row = { ...passkey, _id: id, publicKey: Buffer.from(publicKey).toString('base64url') };
      try {
        return toRecord((await passkeys.create(row)).toObject());
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new Fault('state.conflict', { detail: 'Somebody has this passkey already.', cause: error });
      }
    },
    async passkeyUsed(id, { counter, at }) {
      await passkeys.updateOne({ _id: id }, { $set: { counter, lastUsedAt: at } });
    },
    removePasskey: async (personId, id) =>
      orNull(await passkeys.findOneAndDelete({ _id: id, personId }).lean<PasskeyRow>()),
    async removeAll(personId) {
      await passkeys.deleteMany({ personId });
      await factors.deleteOne({ _id: personId });
    },
    async keepChallenge({ hash, expiresAt }) {
      await challenges.create({ _id: hash, expiresAt });
    },
    takeChallenge: async (hash, now) =>
      (await challenges.deleteOne({ _id: hash, expiresAt: { $gt: now } })).deletedCount > 0,
  };
}

const orNull = (row: PasskeyRow | null): PasskeyRecord | null => row && toRecord(row);

function toRecord({ _id: id, publicKey, ...passkey }: PasskeyRow): PasskeyRecord {
  return { ...passkey, id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')) };
}
