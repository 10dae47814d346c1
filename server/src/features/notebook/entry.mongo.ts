import type { Entry } from '@cobench/shared/notebook/entry';
import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import type { EntryRepo } from './entry.repo.ts';

type Row = {
  _id: string;
  orgId: string;
  projectId: string;
  title: string;
  excerpt: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  createdBy: string;
  editedBy: string;
  deletedAt: Date | null;
  projectHidden: boolean;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    title: { type: String, required: true },
    excerpt: { type: String, default: '' },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    editedBy: { type: String, required: true },
    deletedAt: { type: Date, default: null },
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'entries', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, updatedAt: -1, _id: -1 });
schema.index({ orgId: 1, projectId: 1, updatedAt: -1, _id: -1 });

export function mongoEntries(connection: Connection): EntryRepo {
  const model = connection.model<Row>('Entry', schema);
  const after = { returnDocument: 'after', lean: true } as const;
  const visible = { deletedAt: null, projectHidden: false };

  return {
    async list(orgId, { projectId, q, limit, cursor }) {
      const filter = { orgId, ...visible, ...(projectId && { projectId }), ...(q && { title: containing(q) }) };
      const page = await findPage(model, filter, { by: 'updatedAt', descending: true }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    findDeleted: async (orgId, id) =>
      orNull(await model.findOne({ orgId, _id: id, projectHidden: false, deletedAt: { $ne: null } }).lean<Row>()),
    insert: async (orgId, { id, ...entry }) => toRecord(await model.create({ ...entry, _id: id, orgId })),
    async rename(orgId, id, { version, title, at, editedBy }) {
      const change = { $set: { title, updatedAt: at, editedBy }, $inc: { version: 1 } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, version, ...visible }, change, after));
    },
    async project(orgId, id, { excerpt, editedBy, at }) {
      const change = { $set: { excerpt, editedBy }, $max: { updatedAt: at } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, ...visible }, change, after));
    },
    async setDeleted(orgId, id, at) {
      const filter = { orgId, _id: id, deletedAt: at ? null : { $ne: null } };
      return orNull(await model.findOneAndUpdate(filter, { $set: { deletedAt: at }, $inc: { version: 1 } }, after));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

const orNull = (row: Row | null): Entry | null => row && toRecord(row);

function toRecord(row: Row): Entry {
  const { _id, projectId, title, excerpt, version, createdBy, editedBy } = row;
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return { id: _id, projectId, title, excerpt, version, createdAt, updatedAt, createdBy, editedBy };
}
