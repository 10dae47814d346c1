import type { Role } from '@cobench/shared/access/roles';
import { Schema, type Connection, type QueryFilter } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { newId } from '../../platform/new-id.ts';
import type { MembershipRecord, MembershipRepo } from './membership.repo.ts';

type Row = Omit<MembershipRecord, 'claimedRole' | 'source' | 'disabledAt'> & {
  _id: string;
  claimedRole?: Role;
  source?: MembershipRecord['source'];
  disabledAt?: Date | null;
  /** What lists are ordered by. */
  nameKey: string;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    role: { type: String, required: true },
    claimedRole: String,
    source: String,
    disabledAt: Date,
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
  const every = async (filter: QueryFilter<Row>): Promise<MembershipRecord[]> =>
    (await model.find(filter).sort({ orgId: 1 }).lean<Row[]>()).map(toRecord);

  return {
    ofPerson: (personId) => every({ orgId: everyOrganisation, personId, ...enabled }),
    everyOfPerson: (personId) => every({ orgId: everyOrganisation, personId }),
    idsWithEmail: async (email) => [
      ...new Set((await every({ orgId: everyOrganisation, email })).map(({ personId }) => personId)),
    ],
    find: async (orgId, personId) => orNull(await model.findOne({ orgId, personId, ...enabled }).lean<Row>()),
    findAll: (orgId, personIds) => every({ orgId, personId: { $in: [...personIds] }, ...enabled }),
    findAny: async (orgId, personId) => orNull(await model.findOne({ orgId, personId }).lean<Row>()),
    async namesOf(orgId, personIds) {
      if (personIds.length === 0) return new Map();
      const rows = await model.find({ orgId, personId: { $in: [...personIds] } }).lean<Row[]>();
      return new Map(rows.map(({ personId, name }) => [personId, name]));
    },
    async list(orgId, { q, ...request }) {
      const matching = q ? { $or: [{ nameKey: containing(q) }, { email: containing(q) }] } : {};
      const page = await findPage(model, { orgId, ...matching }, { by: 'nameKey' }, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    async save({ orgId, personId, role, claimedRole, source, name, email }) {
      const update = {
        $set: { role, claimedRole, source, name, email, nameKey: name.toLowerCase() },
        $setOnInsert: { _id: newId(), lastSeenAt: null, disabledAt: null },
      };
      const write = () =>
        model
          .findOneAndUpdate({ orgId, personId }, update, { upsert: true, ...after })
          .orFail()
          .lean<Row>();
      const row = await write().catch((error: unknown) => {
        if (isDuplicateKey(error)) return write();
        throw error;
      });
      return toRecord(row);
    },
    async setRole(orgId, personId, { was, role }) {
      const filter = { orgId, personId, role: was };
      return orNull(await model.findOneAndUpdate(filter, { $set: { role } }, after).lean<Row>());
    },
    async setDisabled(orgId, personId, at) {
      const filter = { orgId, personId, disabledAt: at ? null : { $ne: null } };
      return orNull(await model.findOneAndUpdate(filter, { $set: { disabledAt: at } }, after).lean<Row>());
    },
    end: async (orgId, personId) => orNull(await model.findOneAndDelete({ orgId, personId }).lean<Row>()),
    inRole: (orgId, role) => every({ orgId, role, ...enabled }),
    count: (orgId, role) => model.countDocuments({ orgId, role, ...enabled }),
    async seen(orgId, personId, at) {
      await model.updateOne({ orgId, personId }, { $set: { lastSeenAt: at } });
    },
  };
}

const enabled = { disabledAt: null };
const after = { returnDocument: 'after' } as const;
const orNull = (row: Row | null): MembershipRecord | null => row && toRecord(row);

/** A record from before roles and places could be given here has none of these fields. */
const toRecord = (row: Row): MembershipRecord => ({
  orgId: row.orgId,
  personId: row.personId,
  role: row.role,
  claimedRole: row.claimedRole ?? row.role,
  source: row.source ?? 'provider',
  disabledAt: row.disabledAt ?? null,
  name: row.name,
  email: row.email,
  lastSeenAt: row.lastSeenAt,
});
