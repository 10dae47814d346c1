import type { Organisation } from '@cobench/shared/identity/identity';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { OrganisationRepo } from './organisation.repo.ts';

type Row = { _id: string; slug: string; name: string; createdAt: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    slug: { type: String, required: true },
    name: { type: String, required: true },
    createdAt: { type: Date, required: true },
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
  };
}

const toRecord = ({ _id, slug, name }: Row): Organisation => ({ id: _id, slug, name });
