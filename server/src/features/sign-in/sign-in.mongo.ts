import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { PendingSignIn, SignInRepo } from './sign-in.repo.ts';

type PendingRow = PendingSignIn & { _id: string; expiresAt: Date };
type UsedRow = { _id: string; expiresAt: Date };

const pendingSchema = new Schema<PendingRow>(
  {
    _id: { type: String, required: true },
    provider: { type: String, required: true },
    nonce: { type: String, required: true },
    verifier: { type: String, required: true },
    returnTo: { type: String, required: true },
    again: { type: Boolean, default: false },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'pendingSignIns', versionKey: false, strict: 'throw' },
);
pendingSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const usedSchema = new Schema<UsedRow>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  { collection: 'usedLogoutTokens', versionKey: false, strict: 'throw' },
);
usedSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** These belong to nobody yet, so to no organisation. The database removes what has expired. */
export function mongoSignIn(connection: Connection): SignInRepo {
  const pending = connection.model<PendingRow>('PendingSignIn', pendingSchema);
  const used = connection.model<UsedRow>('UsedLogoutToken', usedSchema);

  return {
    async remember(id, one) {
      await pending.create({ _id: id, ...one });
    },
    async take(id, now) {
      const row = await pending.findOneAndDelete({ _id: id }).lean<PendingRow>();
      if (!row || row.expiresAt <= now) return null;
      const { provider, nonce, verifier, returnTo, again } = row;
      return { provider, nonce, verifier, returnTo, again };
    },
    async useOnce(id, expiresAt) {
      try {
        await used.create({ _id: id, expiresAt });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
}
