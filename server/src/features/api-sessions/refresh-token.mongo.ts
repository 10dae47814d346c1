import { Schema, type Connection } from 'mongoose';
import type { RefreshTokenRecord, RefreshTokenRepo } from './refresh-token.repo.ts';

type Row = RefreshTokenRecord & { _id: string; expiresAt: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    sessionId: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    usedAt: { type: Date, default: null },
  },
  { collection: 'refreshTokens', versionKey: false, strict: 'throw' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** They belong to sessions, not to organisations. The database removes what has expired. */
export function mongoRefreshTokens(connection: Connection): RefreshTokenRepo {
  const model = connection.model<Row>('RefreshToken', schema);
  return {
    async insert({ hash, sessionId, expiresAt }) {
      await model.create({ _id: hash, sessionId, expiresAt, usedAt: null });
    },
    async find(hash, now) {
      const row = await model.findOne({ _id: hash, expiresAt: { $gt: now } }).lean<Row>();
      return row && { sessionId: row.sessionId, usedAt: row.usedAt };
    },
    async use(hash, now) {
      const fresh = { _id: hash, usedAt: null, expiresAt: { $gt: now } };
      return (await model.updateOne(fresh, { $set: { usedAt: now } })).modifiedCount > 0;
    },
  };
}
