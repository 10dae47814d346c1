import { policiesOfNew, type Organisation, type OrganisationSettings } from '@cobench/shared/identity/identity';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { OrganisationRepo } from './organisation.repo.ts';

type Row = {
  _id: string;
  slug: string;
  name: string;
  createdAt: Date;
  /** Of those from before there were settings: not there. */
  version?: number;
  policies?: Partial<OrganisationSettings['policies']>;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    slug: { type: String, required: true },
    name: { type: String, required: true },
    createdAt: { type: Date, required: true },
    version: Number,
    policies: {
      type: new Schema({ secondFactor: Boolean, longestTokenDays: Number, keepPointsDays: Number }, { _id: false }),
    },
  },
  { collection: 'organisations', versionKey: false, strict: 'throw' },
);
schema.index({ slug: 1 }, { unique: true });

export function mongoOrganisations(connection: Connection): OrganisationRepo {
  const model = connection.model<Row>('Organisation', schema);

  return {
    byIds: async (ids) => (await model.find({ _id: { $in: ids } }).lean<Row[]>()).map(toRecord),
    async ensure({ id, slug, name, at }) {
      const known = await model.findOne({ slug }).lean<Row>();
      if (known) return toRecord(known);
      try {
        return toRecord(await model.create({ _id: id, slug, name, createdAt: at }));
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Two sign-ins brought the same new organisation: the other one made it.
        return toRecord(await model.findOne({ slug }).orFail().lean<Row>());
      }
    },
    async settings(id) {
      const row = await model.findById(id).lean<Row>();
      return row && toSettings(row);
    },
    async edit(id, { version, ...change }) {
      // A record from before there were versions is at its first.
      const at = version === 0 ? { version: { $in: [0, null] } } : { version };
      const update = { $set: { ...change, version: version + 1 } };
      const row = await model.findOneAndUpdate({ _id: id, ...at }, update, { returnDocument: 'after' }).lean<Row>();
      return row && toSettings(row);
    },
    async keepingPoints() {
      const rows = await model.find({ 'policies.keepPointsDays': { $gt: 0 } }).lean<Row[]>();
      return rows.map(({ _id, name, policies }) => ({ orgId: _id, name, days: Number(policies?.keepPointsDays) }));
    },
    asksSecondFactor: async (...ids) =>
      (await model.exists({ _id: { $in: ids }, 'policies.secondFactor': true })) !== null,
  };
}

const toRecord = ({ _id, slug, name }: Row): Organisation => ({ id: _id, slug, name });

const toSettings = (row: Row): OrganisationSettings => ({
  ...toRecord(row),
  version: row.version ?? 0,
  policies: { ...policiesOfNew, ...row.policies },
});
