import type { Entry } from '@cobench/shared/notebook/entry';
import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { idsOf, inSight } from '../../platform/mongo/in-sight.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import type { RecordedProperties } from './entry-record.ts';
import type { EntryRepo } from './entry.repo.ts';
import { propertiesInUse } from './properties-in-use.mongo.ts';

export type Row = RecordedProperties & {
  _id: string;
  orgId: string;
  projectId: string;
  excerpt: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  createdBy: string;
  editedBy: string;
  deletedAt: Date | null;
  /** The state of the document that this record follows. */
  documentSeq?: number;
  projectHidden: boolean;
};

const json = Schema.Types.Mixed;
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    projectId: { type: String, required: true },
    title: { type: String, required: true },
    tags: [String],
    fields: [json],
    problems: [json],
    documentSeq: { type: Number },
    keys: [String],
    search: { type: String, default: '' },
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
schema.index({ orgId: 1, keys: 1, updatedAt: -1, _id: -1 });

const visible = { deletedAt: null, projectHidden: false };

export function mongoEntries(connection: Connection): EntryRepo {
  const model = connection.model<Row>('Entry', schema);
  const after = { returnDocument: 'after', lean: true } as const;

  return {
    async list(scope, { projectId, q, keys, limit, cursor }) {
      const filter = {
        ...inSight(scope, projectId),
        ...visible,
        ...(keys.length > 0 && { keys: { $all: [...keys] } }),
        ...(q && { search: containing(q) }),
      };
      const page = await findPage(model, filter, { by: 'updatedAt', descending: true }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    inUse: (scope, { projectId }) => propertiesInUse(model, { ...inSight(scope, projectId), ...visible }),
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...visible }).lean<Row>()),
    visibleAmong: (scope, ids) => idsOf(model, { ...inSight(scope), ...visible, _id: { $in: [...ids] } }),
    findDeleted: async (orgId, id) =>
      orNull(await model.findOne({ orgId, _id: id, projectHidden: false, deletedAt: { $ne: null } }).lean<Row>()),
    insert: async (orgId, { id, ...entry }) => toRecord(await model.create({ ...entry, _id: id, orgId })),
    async project(orgId, id, { excerpt, properties, seq, editedBy, at }) {
      // Several processes may read a document at about the same time: the latest state stands, whoever comes last.
      const notLater = seq === undefined ? {} : { documentSeq: { $not: { $gt: seq } } };
      const entry = { orgId, _id: id, ...visible, ...notLater };
      const before = await model.findOne(entry).lean<Row>();
      if (!before) return null;
      const set = {
        ...properties,
        ...(excerpt !== undefined && { excerpt }),
        ...(seq !== undefined && { documentSeq: seq }),
        editedBy,
      };
      const isOther = stated(before) !== stated(properties);
      const change = { $set: set, $max: { updatedAt: at }, ...(isOther && { $inc: { version: 1 } }) };
      return orNull(await model.findOneAndUpdate(entry, change, after));
    },
    async setDeleted(orgId, id, at) {
      const filter = { orgId, _id: id, deletedAt: at ? null : { $ne: null } };
      return orNull(await model.findOneAndUpdate(filter, { $set: { deletedAt: at }, $inc: { version: 1 } }, after));
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
    async someWithoutProperties(limit) {
      const old = { orgId: everyOrganisation, keys: { $exists: false } };
      const rows = await model.find(old).limit(limit).lean<Row[]>();
      return rows.map(({ _id: id, orgId, title, createdBy }) => ({ id, orgId, title, createdBy }));
    },
    async giveProperties(orgId, id, properties) {
      await model.updateOne({ orgId, _id: id, keys: { $exists: false } }, { $set: properties });
    },
  };
}

/** Properties in a form that can be compared. */
const stated = ({ title, tags, fields, problems }: RecordedProperties): string =>
  JSON.stringify([title, tags, fields, problems]);

const orNull = (row: Row | null): Entry | null => row && toRecord(row);

function toRecord(row: Row): Entry {
  const { _id, projectId, title, tags, fields, problems, excerpt, version, createdBy, editedBy } = row;
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  const properties = { title, tags, fields, problems };
  return { id: _id, projectId, ...properties, excerpt, version, createdAt, updatedAt, createdBy, editedBy };
}
