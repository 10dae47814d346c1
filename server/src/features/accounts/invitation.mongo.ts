import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { InvitationRecord, InvitationRepo } from './account.repo.ts';

type Row = Omit<InvitationRecord, 'id' | 'createdAt' | 'expiresAt'> & {
  _id: string;
  /** SHA-256 of the token that was mailed, hexadecimal. */
  hash: string;
  createdAt: Date;
  expiresAt: Date;
  closedAt: Date | null;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    email: { type: String, required: true },
    role: { type: String, required: true },
    invitedBy: { type: String, required: true },
    invitedById: { type: String, default: '' },
    hash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    closedAt: { type: Date, default: null },
  },
  { collection: 'invitations', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ hash: 1 }, { unique: true });
schema.index({ orgId: 1, closedAt: 1, createdAt: -1, _id: -1 });

export function mongoInvitations(connection: Connection): InvitationRepo {
  const model = connection.model<Row>('Invitation', schema);
  const open = (now: Date) => ({ closedAt: null, expiresAt: { $gt: now } });

  return {
    async list(orgId, { now, ...request }) {
      const page = await findPage(model, { orgId, ...open(now) }, { by: 'createdAt', descending: true }, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id, now) => orNull(await model.findOne({ orgId, _id: id, ...open(now) }).lean<Row>()),
    findByHash: async (hash, now) =>
      orNull(await model.findOne({ orgId: everyOrganisation, hash, ...open(now) }).lean<Row>()),
    insert: async ({ id, ...invitation }) => toRecord((await model.create({ ...invitation, _id: id })).toObject()),
    async close(orgId, id, now) {
      const filter = { orgId, _id: id, ...open(now) };
      return orNull(await model.findOneAndUpdate(filter, { $set: { closedAt: now } }).lean<Row>());
    },
  };
}

const orNull = (row: Row | null): InvitationRecord | null => row && toRecord(row);

function toRecord(row: Row): InvitationRecord {
  const { _id: id, orgId, email, role, invitedBy, invitedById } = row;
  const [createdAt, expiresAt] = [row.createdAt.toISOString(), row.expiresAt.toISOString()];
  return { id, orgId, email, role, invitedBy, invitedById, createdAt, expiresAt };
}
