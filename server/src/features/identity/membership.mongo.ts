import type { Role } from '@cobench/shared/access/roles';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { newId } from '../../platform/new-id.ts';
import type { MembershipRecord, MembershipRepo } from './membership.repo.ts';

type Row = MembershipRecord & {
  _id: string;
  /** What lists are ordered by. */
  nameKey: string;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    role: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    email: { type: String, default: '' },
    lastSeenAt: { type: Date, default: null },
  },
  { collection: 'memberships', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, personId: 1 }, { unique: true });
schema.index({ personId: 1 });
schema.index({ orgId: 1, nameKey: 1, _id: 1 });

export function mongoMemberships(connection: Connection): MembershipRepo {
  const model = connection.model<Row>('Membership', schema);

  return {
    async ofPerson(personId) {
      const rows = await model.find({ orgId: everyOrganisation, personId }).sort({ orgId: 1 }).lean<Row[]>();
      return rows.map(toRecord);
    },
    async find(orgId, personId) {
      const row = await model.findOne({ orgId, personId }).lean<Row>();
      return row && toRecord(row);
    },
    async namesOf(orgId, personIds) {
      if (personIds.length === 0) return new Map();
      const rows = await model.find({ orgId, personId: { $in: [...personIds] } }).lean<Row[]>();
      return new Map(rows.map(({ personId, name }) => [personId, name]));
    },
    async list(orgId, { q, ...request }) {
      const matching = q ? { $or: [{ nameKey: containing(q) }, { email: containing(q) }] } : {};
      const page = await findPage(model, { orgId, ...matching }, { by: 'nameKey' }, request);
      const items = page.items.map(({ personId, name, email, role, lastSeenAt }) => ({
        id: personId,
        name,
        email,
        role,
        lastSeenAt: lastSeenAt?.toISOString() ?? null,
      }));
      return { ...page, items };
    },
    async save({ orgId, personId, role, name, email }) {
      const update = {
        $set: { role, name, email, nameKey: name.toLowerCase() },
        $setOnInsert: { _id: newId(), lastSeenAt: null },
      };
      const write = () =>
        model
          .findOneAndUpdate({ orgId, personId }, update, { upsert: true, returnDocument: 'before' })
          .lean<{ role: Role } | null>();
      const before = await write().catch((error: unknown) => {
        if (isDuplicateKey(error)) return write();
        throw error;
      });
      return before?.role ?? null;
    },
    async keepOnly(personId, orgIds) {
      const gone = await model.find({ orgId: { $nin: orgIds }, personId }, { orgId: 1 }).lean<{ orgId: string }[]>();
      await model.deleteMany({ orgId: { $in: gone.map((row) => row.orgId) }, personId });
      return gone.map((row) => row.orgId);
    },
    async seen(orgId, personId, at) {
      await model.updateOne({ orgId, personId }, { $set: { lastSeenAt: at } });
    },
  };
}

const toRecord = ({ orgId, personId, role, name, email, lastSeenAt }: Row): MembershipRecord => ({
  orgId,
  personId,
  role,
  name,
  email,
  lastSeenAt,
});
