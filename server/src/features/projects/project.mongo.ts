import type { Project } from '@cobench/shared/projects/project';
import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { unlessTaken } from '../../platform/mongo/unless-taken.ts';
import type { PeopledProject, ProjectRepo } from './project.repo.ts';

type Row = {
  _id: string;
  orgId: string;
  name: string;
  /** Unique in the organisation and what lists are ordered by; a deleted project's key frees its name. */
  nameKey: string;
  description: string;
  /** Only for its people; a record from before projects could be restricted is not. */
  restricted?: boolean;
  people?: string[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
  createdBy: string;
  deletedAt: Date | null;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    description: { type: String, default: '' },
    restricted: { type: Boolean, default: false },
    people: [String],
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    deletedAt: { type: Date, default: null },
  },
  { collection: 'projects', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, nameKey: 1 }, { unique: true });
schema.index({ orgId: 1, restricted: 1, _id: 1 });

const nameKey = (name: string): string => name.toLowerCase();
const taken = 'Another project has this name, perhaps one that you do not see.';
const deletedKey = (id: string): string => `\u0000${id}`;

export function mongoProjects(connection: Connection): ProjectRepo {
  const model = connection.model<Row>('Project', schema);
  const after = { returnDocument: 'after', lean: true } as const;

  return {
    async list({ orgId, hidden }, { q, limit, cursor }) {
      const seen = hidden.size > 0 && { _id: { $nin: [...hidden] } };
      const filter = { orgId, deletedAt: null, ...seen, ...(q && { name: containing(q) }) };
      const page = await findPage(model, filter, { by: 'nameKey' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, deletedAt: null }).lean<Row>()),
    findDeleted: async (orgId, id) =>
      orNull(await model.findOne({ orgId, _id: id, deletedAt: { $ne: null } }).lean<Row>()),
    async findPeopled(orgId, id) {
      const row = await model.findOne({ orgId, _id: id, deletedAt: null }).lean<Row>();
      return row && toPeopled(row);
    },
    async hiddenFrom(orgId, personIds) {
      const hidden = { orgId, restricted: true, people: { $not: { $all: [...personIds] } } };
      const rows = await model
        .find(hidden)
        .sort({ _id: 1 })
        .select({ people: 1 })
        .lean<Pick<Row, '_id' | 'people'>[]>();
      const projects = rows.map(({ _id, people }) => ({ _id, people: new Set(people) }));
      return (personId) => new Set(projects.filter(({ people }) => !people.has(personId)).map(({ _id }) => _id));
    },
    async insert(orgId, { id, ...project }) {
      const row = await unlessTaken(
        model.create({ ...project, _id: id, orgId, nameKey: nameKey(project.name) }),
        taken,
      );
      return toRecord(row);
    },
    async edit(orgId, id, { version, at, name, description }) {
      const change = {
        updatedAt: at,
        ...(name !== undefined && { name, nameKey: nameKey(name) }),
        ...(description !== undefined && { description }),
      };
      const filter = { orgId, _id: id, version, deletedAt: null };
      return orNull(
        await unlessTaken(model.findOneAndUpdate(filter, { $set: change, $inc: { version: 1 } }, after), taken),
      );
    },
    async restrict(orgId, id, { version, at, restricted, people }) {
      const change = { $set: { restricted, people: [...people], updatedAt: at }, $inc: { version: 1 } };
      const row = await model.findOneAndUpdate({ orgId, _id: id, version, deletedAt: null }, change, after);
      return row && toPeopled(row);
    },
    async remove(orgId, id, at) {
      const change = { $set: { deletedAt: at, nameKey: deletedKey(id) }, $inc: { version: 1 } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, deletedAt: null }, change, after));
    },
    async restore(orgId, id) {
      const filter = { orgId, _id: id, deletedAt: { $ne: null } };
      const row = await model.findOne(filter).lean<Row>();
      if (!row) return null;
      const change = { $set: { deletedAt: null, nameKey: nameKey(row.name) }, $inc: { version: 1 } };
      return orNull(await unlessTaken(model.findOneAndUpdate(filter, change, after), taken));
    },
  };
}

const orNull = (row: Row | null): Project | null => row && toRecord(row);

const toPeopled = (row: Row): PeopledProject => ({ ...toRecord(row), people: row.people ?? [] });

function toRecord(row: Row): Project {
  const { _id, name, description, restricted = false, version, createdBy } = row;
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return { id: _id, name, description, restricted, version, createdAt, updatedAt, createdBy };
}
