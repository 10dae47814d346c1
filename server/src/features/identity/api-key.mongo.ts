import type { ApiKey } from '@cobench/shared/identity/identity';
import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { ApiKeyRecord, ApiKeyRepo } from './api-key.repo.ts';

type Row = {
  _id: string;
  orgId: string;
  /** Of those from before people had tokens: not there. */
  owner?: ApiKey['owner'];
  name: string;
  prefix: string;
  hash: string;
  scopes: ApiKey['scopes'];
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    owner: String,
    name: { type: String, required: true },
    prefix: { type: String, required: true },
    hash: { type: String, required: true },
    scopes: { type: [String], required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    lastUsedAt: { type: Date, default: null },
    revokedAt: { type: Date, default: null },
  },
  { collection: 'apiKeys', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ prefix: 1 }, { unique: true });
schema.index({ orgId: 1, createdAt: -1, _id: -1 });
schema.index({ orgId: 1, createdBy: 1, createdAt: -1, _id: -1 });

export function mongoApiKeys(connection: Connection): ApiKeyRepo {
  const model = connection.model<Row>('ApiKey', schema);

  return {
    async list(orgId, request) {
      const page = await findPage(model, { orgId, owner: { $ne: 'person' } }, newestFirst, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    async listOfPerson({ orgId, personId }, request) {
      const page = await findPage(model, { orgId, createdBy: personId, owner: 'person' }, newestFirst, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id }).lean<Row>()),
    findByPrefix: async (prefix) => orNull(await model.findOne({ orgId: everyOrganisation, prefix }).lean<Row>()),
    async insert({ id, ...key }) {
      return toRecord(await model.create({ ...key, _id: id }));
    },
    async revoke(orgId, id, at) {
      await model.updateOne({ orgId, _id: id, revokedAt: null }, { $set: { revokedAt: at } });
      return orNull(await model.findOne({ orgId, _id: id }).lean<Row>());
    },
    async used(orgId, id, at) {
      await model.updateOne({ orgId, _id: id }, { $set: { lastUsedAt: at } });
    },
  };
}

const newestFirst = { by: 'createdAt', descending: true } as const;
const orNull = (row: Row | null): ApiKeyRecord | null => row && toRecord(row);

const toRecord = (row: Row): ApiKeyRecord => ({
  id: row._id,
  owner: row.owner ?? 'organisation',
  orgId: row.orgId,
  name: row.name,
  prefix: row.prefix,
  hash: row.hash,
  scopes: row.scopes,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
