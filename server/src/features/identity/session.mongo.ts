import { Schema, type Connection } from 'mongoose';
import { findPage } from '../../platform/mongo/page.ts';
import { SignedIn, Waiting, type KeptSession, type SessionFilter, type SessionRepo } from './session.repo.ts';

type Matching = { _id: string; session: { signedIn: { orgId: string } } };

/** Written by connect-mongo; we read these parts of it. */
type Row = { _id: string; expires: Date; session: { signedIn?: unknown; waiting?: unknown }; lastModified: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    expires: Date,
    session: Schema.Types.Mixed,
    lastModified: Date,
  },
  { collection: 'sessions', versionKey: false, strict: 'throw' },
);
schema.index({ 'session.signedIn.personId': 1 });
schema.index({ 'session.signedIn.sid': 1 });
schema.index({ 'session.signedIn.orgId': 1, lastModified: -1, _id: -1 });
schema.index({ 'session.waiting.personId': 1 });
schema.index({ expires: 1 });

export function mongoSessions(connection: Connection): SessionRepo {
  const model = connection.model<Row>('Session', schema);
  const idsOf = async (filter: object): Promise<string[]> =>
    (await model.find(filter, { _id: 1 }).lean<{ _id: string }[]>()).map((row) => row._id);

  async function findAll(ids: readonly string[], now: Date): Promise<ReadonlyMap<string, SignedIn>> {
    const rows = await model.find({ _id: { $in: [...ids] }, expires: { $gt: now } }).lean<Row[]>();
    return new Map(rows.flatMap(toKept).map(({ id, signedIn }) => [id, signedIn]));
  }

  return {
    find: async (id, now) => (await findAll([id], now)).get(id) ?? null,
    findAll,
    async ofPerson(personId, { now, limit }) {
      const rows = await model
        .find({ 'session.signedIn.personId': personId, expires: { $gt: now } })
        .sort({ lastModified: -1 })
        .limit(limit)
        .lean<Row[]>();
      return rows.flatMap(toKept);
    },
    async inOrganisation(orgId, { now, signedInAfter: { browser, api }, personId, ...request }) {
      const filter = {
        'session.signedIn.orgId': orgId,
        ...(personId !== undefined && { 'session.signedIn.personId': personId }),
        expires: { $gt: now },
        $or: [
          { 'session.signedIn.signedInAt': { $gt: browser } },
          { 'session.signedIn.signedInAt': { $gt: api }, 'session.signedIn.kind': 'api' },
        ],
      };
      const page = await findPage<Row>(model, filter, { by: 'lastModified', descending: true }, request);
      return { ...page, items: page.items.flatMap(toKept) };
    },
    async matching(filter) {
      const rows = await model.find(queryOf(filter), { 'session.signedIn.orgId': 1 }).lean<Matching[]>();
      return rows.map(({ _id: id, session }) => ({ id, orgId: session.signedIn.orgId }));
    },
    expired: ({ now, signedInBefore: { browser, api } }) =>
      idsOf({
        $or: [
          { expires: { $lte: now } },
          { 'session.signedIn.signedInAt': { $lte: browser }, 'session.signedIn.kind': { $ne: 'api' } },
          { 'session.signedIn.signedInAt': { $lte: api } },
        ],
      }),
    async insert(id, signedIn, { now, expires }) {
      await model.create({ _id: id, expires, session: { signedIn }, lastModified: now });
    },
    async extend(id, { now, expires }) {
      const alive = { _id: id, expires: { $gt: now } };
      const { matchedCount } = await model.updateOne(alive, { $set: { expires, lastModified: now } });
      return matchedCount > 0;
    },
    async confirm(id, shown) {
      const fields = Object.entries(shown).map(([field, value]) => [`session.signedIn.${field}`, value]);
      await model.updateOne({ _id: id }, { $set: Object.fromEntries(fields) as object });
    },
    async moveTo(id, orgId) {
      await model.updateOne({ _id: id }, { $set: { 'session.signedIn.orgId': orgId } });
    },
    async remove(ids) {
      await model.deleteMany({ _id: { $in: ids } });
    },
    async takeWaiting(id) {
      const row = await model.findOneAndDelete({ _id: id, 'session.waiting': { $exists: true } }).lean<Row>();
      return Waiting.safeParse(row?.session.waiting).data ?? null;
    },
    async removeWaiting(filter) {
      await model.deleteMany(queryOf(filter, 'waiting'));
    },
  };
}

function toKept({ _id: id, session, lastModified: lastUsedAt }: Row): KeptSession[] {
  const signedIn = SignedIn.safeParse(session.signedIn).data;
  return signedIn ? [{ id, signedIn, lastUsedAt }] : [];
}

/** The records whose part of this name is as wanted. */
function queryOf(filter: SessionFilter, part: 'signedIn' | 'waiting' = 'signedIn'): object {
  const { only, except, secondFactor, ...fields }: Partial<Fields> = filter;
  const wanted = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(wanted.map(([field, value]) => [`session.${part}.${field}`, value])),
    ...(only !== undefined && { _id: only }),
    ...(except !== undefined && { _id: { $ne: except } }),
    ...(secondFactor === false && { [`session.${part}.secondFactor`]: { $ne: true } }),
  };
}

type Fields = Record<'personId' | 'orgId' | 'realm' | 'sid' | 'only' | 'except', string | undefined> & {
  secondFactor: false;
};
