import { Schema, type Connection } from 'mongoose';
import { Fault } from '../../platform/fault.ts';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { newId } from '../../platform/new-id.ts';
import type { DocumentRef } from './document-history.ts';
import type { VersionName, VersionNameRepo } from './version-name.repo.ts';

type Row = {
  _id: string;
  orgId: string;
  document: string;
  seq: number;
  text: string;
  version: number;
  by: string;
  at: Date;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    document: { type: String, required: true },
    seq: { type: Number, required: true },
    text: { type: String, required: true },
    version: { type: Number, required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'version_names', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, document: 1, seq: 1 }, { unique: true });

export function mongoVersionNames(connection: Connection): VersionNameRepo {
  const model = connection.model<Row>('VersionName', schema);

  return {
    async list(document) {
      const rows = await model.find(scopeOf(document)).sort({ seq: 1 }).lean<Row[]>();
      return rows.map(toRecord);
    },
    find: async (document, seq) => orNull(await model.findOne({ ...scopeOf(document), seq }).lean<Row>()),
    async insert(document, name) {
      try {
        return toRecord(await model.create({ ...name, ...scopeOf(document), _id: newId() }));
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new Fault('state.conflict', { detail: 'This version has a name already. Rename it.', cause: error });
      }
    },
    async rename(document, seq, { version, text }) {
      const change = { $set: { text }, $inc: { version: 1 } };
      const after = { returnDocument: 'after', lean: true } as const;
      return orNull(await model.findOneAndUpdate({ ...scopeOf(document), seq, version }, change, after));
    },
  };
}

const scopeOf = ({ orgId, kind, id }: DocumentRef) => ({ orgId, document: `${kind}/${id}` });
const orNull = (row: Row | null): VersionName | null => row && toRecord(row);
const toRecord = ({ seq, text, version, by, at }: Row): VersionName => ({
  seq,
  text,
  version,
  by,
  at: at.toISOString(),
});
