import type { Person } from '@cobench/shared/identity/identity';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import type { PersonRepo } from './person.repo.ts';

type Row = { _id: string; realm: string; subject: string; name: string; email: string; createdAt: Date };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    realm: { type: String, required: true },
    subject: { type: String, required: true },
    name: { type: String, required: true },
    email: { type: String, default: '' },
    createdAt: { type: Date, required: true },
  },
  { collection: 'people', versionKey: false, strict: 'throw' },
);
schema.index({ realm: 1, subject: 1 }, { unique: true });

/** People belong to no organisation; their memberships do. */
export function mongoPeople(connection: Connection): PersonRepo {
  const model = connection.model<Row>('Person', schema);

  return {
    find: async (id) => orNull(await model.findById(id).lean<Row>()),
    findBySubject: async ({ realm, subject }) => orNull(await model.findOne({ realm, subject }).lean<Row>()),
    async namesOf(ids) {
      const rows = await model.find({ _id: { $in: ids } }, { name: 1 }).lean<Pick<Row, '_id' | 'name'>[]>();
      return new Map(rows.map((row) => [row._id, row.name]));
    },
    async save({ realm, subject }, { id, name, email, at }) {
      const update = { $set: { name, email }, $setOnInsert: { _id: id, createdAt: at } };
      const write = () =>
        model
          .findOneAndUpdate({ realm, subject }, update, { upsert: true, returnDocument: 'after' })
          .orFail()
          .lean<Row>();
      // Two first sign-ins at once: the second upsert finds the person that the first one made.
      const row = await write().catch((error: unknown) => {
        if (isDuplicateKey(error)) return write();
        throw error;
      });
      return toRecord(row);
    },
  };
}

const orNull = (row: Row | null): Person | null => row && toRecord(row);
const toRecord = ({ _id, name, email }: Row): Person => ({ id: _id, name, email });
