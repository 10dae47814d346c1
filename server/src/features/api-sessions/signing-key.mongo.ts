import { Schema, type Connection } from 'mongoose';
import type { SigningKeyRecord, SigningKeyRepo } from './signing-key.repo.ts';

type Row = Omit<SigningKeyRecord, 'id'> & { _id: string };

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    publicKey: { type: new Schema({ kty: String, crv: String, x: String, y: String }, { _id: false }), required: true },
    sealedPrivateKey: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'signingKeys', versionKey: false, strict: 'throw' },
);

/** These are the installation's, of no organisation. */
export function mongoSigningKeys(connection: Connection): SigningKeyRepo {
  const model = connection.model<Row>('SigningKey', schema);
  return {
    async list() {
      const rows = await model.find().sort({ createdAt: -1, _id: -1 }).lean<Row[]>();
      return rows.map(({ _id: id, ...key }) => ({ ...key, id }));
    },
    async insert({ id, ...key }) {
      await model.create({ ...key, _id: id });
    },
    async removeBefore(createdAt) {
      await model.deleteMany({ createdAt: { $lt: createdAt } });
    },
  };
}
