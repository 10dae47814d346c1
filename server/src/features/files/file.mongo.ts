import type { Attachment, DataFile } from '@cobench/shared/files/file';
import { Schema, type Connection, type Model, type QueryFilter } from 'mongoose';
import type { Scope } from '../../platform/access.ts';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import type { FileChange, FileQuery, FileRecord, FileRepo, KeptVersion, VersionRecord } from './file.repo.ts';
import { toKeptVersion, toVersionRow, versionModel, type ReadVersion } from './version.mongo.ts';

type Written = Pick<DataFile, 'projectId' | 'name' | 'folder' | 'tags' | 'description'>;
export type FileRow = Written & {
  _id: string;
  orgId: string;
  /** The name as it is sorted, and the words as they are searched. */
  nameKey: string;
  search: string;
  latest: VersionRecord;
  /** Of the latest version, to sort by. */
  uploadedAt: Date;
  size: number;
  versions: number;
  /** The highest number that was given out. */
  lastVersion: number;
  /** SHA-256 of all versions. */
  hashes: string[];
  /** What it belongs to, `run:…` and `entry:…`, in the order it was said. */
  belongsTo: string[];
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  createdBy: string;
  deletedAt: Date | null;
  projectHidden: boolean;
};

const needed = <T>(type: T) => ({ type, required: true }) as const;
const text = { type: String, default: '' } as const;
const schema = new Schema<FileRow>(
  {
    _id: needed(String),
    projectId: needed(String),
    name: needed(String),
    nameKey: needed(String),
    search: needed(String),
    folder: text,
    tags: [String],
    description: text,
    latest: needed(Schema.Types.Mixed),
    uploadedAt: needed(Date),
    size: needed(Number),
    versions: needed(Number),
    lastVersion: needed(Number),
    hashes: [String],
    belongsTo: [String],
    revision: needed(Number),
    createdAt: needed(Date),
    updatedAt: needed(Date),
    createdBy: needed(String),
    deletedAt: { type: Date, default: null },
    projectHidden: { type: Boolean, default: false },
  },
  { collection: 'files', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
for (const by of ['uploadedAt', 'nameKey', 'size']) {
  schema.index({ orgId: 1, [by]: -1, _id: -1 });
  schema.index({ orgId: 1, projectId: 1, [by]: -1, _id: -1 });
  schema.index({ orgId: 1, projectId: 1, folder: 1, [by]: -1, _id: -1 });
}
schema.index({ orgId: 1, belongsTo: 1, uploadedAt: -1, _id: -1 });
schema.index({ orgId: 1, tags: 1, uploadedAt: -1, _id: -1 });
schema.index({ orgId: 1, hashes: 1 });
schema.index({ deletedAt: 1 });

const present = { projectHidden: false };
const onShelf = { ...present, deletedAt: null };
const inTrash = { ...present, deletedAt: { $ne: null } };
const orders = {
  newest: { by: 'uploadedAt', descending: true },
  oldest: { by: 'uploadedAt' },
  name: { by: 'nameKey' },
  largest: { by: 'size', descending: true },
  smallest: { by: 'size' },
} as const;

export const fileModel = (connection: Connection): Model<FileRow> => connection.model<FileRow>('File', schema);

export function mongoFiles(connection: Connection): FileRepo {
  const model = fileModel(connection);
  const versions = versionModel(connection);
  const after = { returnDocument: 'after', lean: true } as const;
  const insertVersion = (orgId: string, version: KeptVersion) =>
    versions.insertMany([{ ...toVersionRow(version), orgId }], { lean: true });

  return {
    async list(scope, { limit, cursor, sort, ...query }) {
      const page = await findPage(model, filterOf(scope, query), orders[sort], { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async folders(scope, projectId) {
      const counted = await model.aggregate<{ _id: string; files: number }>([
        { $match: { ...inSight(scope, projectId), ...onShelf } },
        { $group: { _id: '$folder', files: { $sum: 1 } } },
      ]);
      return counted.map(({ _id: path, files }) => ({ path, files }));
    },
    async tags(scope, { projectId, limit }) {
      const used = await model.aggregate<{ _id: string }>([
        { $match: { ...inSight(scope, projectId), ...onShelf } },
        { $unwind: '$tags' },
        { $group: { _id: '$tags', files: { $sum: 1 } } },
        { $sort: { files: -1, _id: 1 } },
        { $limit: limit },
      ]);
      return used.map(({ _id }) => _id);
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...present }).lean<FileRow>()),
    async reserveVersion(orgId, id) {
      const row = await model.findOneAndUpdate({ orgId, _id: id, ...onShelf }, { $inc: { lastVersion: 1 } }, after);
      return row && row.lastVersion;
    },
    async insert(orgId, { id, attachments, latest, ...file }, version) {
      await insertVersion(orgId, version);
      const words = { nameKey: nameKeyOf(file.name), search: searchOf(file) };
      const dates = { createdAt: new Date(file.createdAt), updatedAt: new Date(file.updatedAt), deletedAt: null };
      const numbers = { lastVersion: latest.number, hashes: [latest.sha256] };
      const belongsTo = attachments.map(keyOf);
      const row = {
        ...file,
        ...words,
        ...latestOf(latest),
        ...dates,
        ...numbers,
        ...present,
        belongsTo,
        _id: id,
        orgId,
      };
      await model.insertMany([row], { lean: true });
      return toRecord(row);
    },
    async addVersion(orgId, id, version) {
      const { stored: _stored, ...latest } = version;
      const at = new Date(version.uploadedAt);
      const row = await model.findOneAndUpdate(
        { orgId, _id: id, ...onShelf },
        {
          $inc: { versions: 1, revision: 1 },
          $addToSet: { hashes: version.sha256 },
          $set: { updatedAt: at },
          $max: { lastVersion: version.number },
        },
        after,
      );
      if (!row) return null;
      await insertVersion(orgId, version);
      if (row.latest.number > version.number) return toRecord(row);
      return orNull(await model.findOneAndUpdate({ orgId, _id: id }, { $set: latestOf(latest) }, after));
    },
    async edit(orgId, id, { revision, at, ...change }) {
      const file = { orgId, _id: id, revision, ...onShelf };
      const before = await model.findOne(file).lean<FileRow>();
      if (!before) return null;
      const words = wordsOf({ ...before, ...given(change) });
      const update = { $set: { ...words, updatedAt: at }, $inc: { revision: 1 } };
      return orNull(await model.findOneAndUpdate(file, update, after));
    },
    async attach(orgId, id, { at, ...to }) {
      const filter = { orgId, _id: id, ...onShelf, belongsTo: { $ne: keyOf(to) } };
      const update = { $push: { belongsTo: keyOf(to) }, $set: { updatedAt: at }, $inc: { revision: 1 } };
      return orNull(await model.findOneAndUpdate(filter, update, after));
    },
    async detach(orgId, id, { at, ...from }) {
      const filter = { orgId, _id: id, ...onShelf, belongsTo: keyOf(from) };
      const update = { $pull: { belongsTo: keyOf(from) }, $set: { updatedAt: at }, $inc: { revision: 1 } };
      return orNull(await model.findOneAndUpdate(filter, update, after));
    },
    async setDeleted(orgId, id, at) {
      const filter = { orgId, _id: id, ...(at ? onShelf : inTrash) };
      return orNull(await model.findOneAndUpdate(filter, { $set: { deletedAt: at }, $inc: { revision: 1 } }, after));
    },
    async remove(orgId, id, before) {
      const thrown = { orgId, _id: id, deletedAt: { $ne: null, ...(before && { $lt: before }) } };
      const row = await model.findOneAndDelete(thrown).lean<FileRow>();
      if (!row) return null;
      const rows = await versions.find({ orgId, fileId: id }).lean<ReadVersion[]>();
      await versions.deleteMany({ orgId, fileId: id });
      return { file: toRecord(row), versions: rows.map(toKeptVersion) };
    },
    async inTrashBefore(at, limit) {
      const filter = { orgId: everyOrganisation, deletedAt: { $ne: null, $lt: at } };
      const rows = await model.find(filter).select({ orgId: 1 }).limit(limit).lean<FileRow[]>();
      return rows.map(({ _id: id, orgId }) => ({ orgId, id }));
    },
    async versions(orgId, id, request) {
      const order = { by: 'number', descending: true } as const;
      const page = await findPage(versions, { orgId, fileId: id }, order, request);
      return { ...page, items: page.items.map((row) => toKeptVersion(row as unknown as ReadVersion)) };
    },
    async version(orgId, id, number) {
      const row = await versions.findOne({ orgId, fileId: id, number }).lean<ReadVersion>();
      return row && toKeptVersion(row);
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },
  };
}

function filterOf(scope: Scope, query: Omit<FileQuery, 'limit' | 'cursor' | 'sort'>): QueryFilter<FileRow> {
  const { projectId, folder, under, kind, tag, uploadedBy, runId, entryId, trash, q } = query;
  const owners = [
    ...(runId === undefined ? [] : [keyOf({ kind: 'run', id: runId })]),
    ...(entryId === undefined ? [] : [keyOf({ kind: 'entry', id: entryId })]),
  ];
  return {
    ...inSight(scope, projectId),
    ...(trash ? inTrash : onShelf),
    ...(folder !== undefined && { folder }),
    ...(under !== undefined && under !== '' && { folder: { $regex: `^${literal(under)}(/|$)` } }),
    ...(folder !== undefined && under !== undefined && { folder: { $in: isIn(folder, under) ? [folder] : [] } }),
    ...(kind && { 'latest.kind': kind }),
    ...(tag && { tags: tag }),
    ...(uploadedBy && { 'latest.uploadedBy': uploadedBy }),
    ...(owners.length > 0 && { belongsTo: { $all: owners } }),
    ...(q && { $or: [{ $and: wordsOfQuery(q).map((word) => ({ search: containing(word) })) }, ...byHash(q)] }),
  };
}

const wordsOfQuery = (q: string): string[] => q.toLowerCase().split(/\s+/).filter(Boolean);
/** What could be the start of a SHA-256 is searched as one, too. */
const byHash = (q: string) => (/^[0-9a-f]{4,64}$/i.test(q) ? [{ hashes: { $regex: `^${q.toLowerCase()}` } }] : []);
const literal = (typed: string): string => containing(typed).$regex;
const isIn = (folder: string, under: string): boolean =>
  under === '' || folder === under || folder.startsWith(`${under}/`);

/** Numbers in names are compared as numbers: as many digits as any would need, up to a date with its time. */
const nameKeyOf = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\d{1,14}/g, (digits) => digits.padStart(14, '0'));

type Words = Pick<FileRow, 'name' | 'folder' | 'tags' | 'description'>;
const searchOf = ({ name, folder, tags, description }: Words): string =>
  [name, folder, ...tags, description].join('\n').toLowerCase();
const wordsOf = ({ name, folder, tags, description }: Words) => {
  const words = { name, folder, tags, description };
  return { ...words, nameKey: nameKeyOf(name), search: searchOf(words) };
};
const given = (change: FileChange): Partial<Words> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

const latestOf = (latest: VersionRecord) => ({ latest, uploadedAt: new Date(latest.uploadedAt), size: latest.size });
const keyOf = ({ kind, id }: Attachment): string => `${kind}:${id}`;
function attachmentOf(key: string): Attachment {
  const [kind, id = ''] = key.split(':');
  return { kind: kind === 'run' ? 'run' : 'entry', id };
}

const orNull = (row: FileRow | null): FileRecord | null => row && toRecord(row);

export function toRecord(row: FileRow): FileRecord {
  const { _id: id, projectId, name, folder, tags, description, latest, versions, revision, createdBy } = row;
  return {
    id,
    projectId,
    name,
    folder,
    tags,
    description,
    latest,
    versions,
    revision,
    createdBy,
    attachments: row.belongsTo.map(attachmentOf),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    deletedAt: row.deletedAt?.toISOString() ?? null,
  };
}
