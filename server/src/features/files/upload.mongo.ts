import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import type { KeptTail, UploadChange, UploadRecord, UploadRepo } from './upload.repo.ts';

/** As the driver reads bytes without a model around them. */
type Bytes = { buffer: Uint8Array };
type Row = Omit<UploadRecord, 'id' | 'wrappedKey' | 'passes' | 'tail'> & {
  _id: string;
  wrappedKey: Bytes;
  passes: { fromPart: number; salt: Bytes }[];
  tail: (Omit<KeptTail, 'rest'> & { rest: Bytes | null }) | null;
};

const needed = <T>(type: T) => ({ type, required: true }) as const;
const schema = new Schema<Row>(
  {
    _id: needed(String),
    ownerId: needed(String),
    fileId: needed(String),
    version: needed(Number),
    isNewVersion: needed(Boolean),
    projectId: needed(String),
    filename: needed(String),
    folder: { type: String, default: '' },
    tags: [String],
    attachTo: { type: Schema.Types.Mixed, default: null },
    sha256: { type: String, default: null },
    size: needed(Number),
    way: needed(String),
    keyName: needed(String),
    wrappedKey: needed(Buffer),
    startedAt: needed(Date),
    objectKey: needed(String),
    token: { type: String, default: null },
    receipts: [String],
    passes: { type: Schema.Types.Mixed, default: [] },
    tail: { type: Schema.Types.Mixed, default: null },
    offset: needed(Number),
    mediaType: { type: String, default: null },
    expiresAt: needed(Date),
    state: needed(String),
    writer: needed(Number),
    computed: { type: String, default: null },
    received: { type: Number, default: null },
  },
  { collection: 'fileUploads', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, ownerId: 1, startedAt: -1, _id: -1 });
schema.index({ expiresAt: 1 });
schema.index({ objectKey: 1 });
schema.index({ 'tail.key': 1 });
schema.index({ token: 1 });

export function mongoUploads(connection: Connection): UploadRepo {
  const model = connection.model<Row>('FileUpload', schema);
  const after = { returnDocument: 'after', lean: true } as const;

  return {
    async insert({ id, wrappedKey, passes, tail, ...upload }) {
      const bytes = { ...asBytes({ passes, tail }), wrappedKey: Buffer.from(wrappedKey) };
      await model.insertMany([{ ...upload, ...bytes, _id: id }], { lean: true });
    },
    async find(orgId, id) {
      const row = await model.findOne({ orgId, _id: id }).lean<Row>();
      return row && toRecord(row);
    },
    async page(orgId, ownerId, request) {
      const filter = { orgId, ownerId, way: 'resumable' as const, state: { $in: ['open', 'sealed'] as const } };
      const page = await findPage(model, filter, { by: 'startedAt', descending: true }, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    async take(orgId, id) {
      const open = { orgId, _id: id, state: { $in: ['open', 'sealed'] as const } };
      const row = await model.findOneAndUpdate(open, { $inc: { writer: 1 } }, after);
      return row && toRecord(row);
    },
    async save({ orgId, id, writer }, change) {
      const held = { orgId, _id: id, writer, state: { $in: ['open', 'sealed'] as const } };
      const saved = await model.updateOne(held, { $set: { ...change, ...asBytes(change) } });
      return saved.matchedCount > 0;
    },
    async remove(orgId, id) {
      await model.deleteOne({ orgId, _id: id });
    },
    async over(now, limit) {
      const filter = { orgId: everyOrganisation, expiresAt: { $lte: now } };
      return (await model.find(filter).sort({ expiresAt: 1 }).limit(limit).lean<Row[]>()).map(toRecord);
    },
    async keysKnown(keys) {
      const named = [{ objectKey: { $in: [...keys] } }, { 'tail.key': { $in: [...keys] } }];
      const filter = { orgId: everyOrganisation, $or: named };
      const rows = await model.find(filter).select({ objectKey: 1, 'tail.key': 1 }).lean<Row[]>();
      return new Set(rows.flatMap(({ objectKey, tail }) => [objectKey, tail?.key ?? objectKey]));
    },
    knowsParts: async (token) => (await model.countDocuments({ orgId: everyOrganisation, token }).limit(1)) > 0,
    together: (work) => inTransaction(connection, work),
  };
}

/** Bytes as the store takes them. */
function asBytes({ passes, tail }: UploadChange) {
  return {
    ...(passes && { passes: passes.map(({ fromPart, salt }) => ({ fromPart, salt: Buffer.from(salt) })) }),
    ...(tail && { tail: { ...tail, rest: tail.rest && Buffer.from(tail.rest) } }),
  };
}

function toRecord({ _id: id, wrappedKey, passes, tail, ...row }: Row): UploadRecord {
  return {
    ...row,
    id,
    wrappedKey: wrappedKey.buffer,
    passes: passes.map(({ fromPart, salt }) => ({ fromPart, salt: salt.buffer })),
    tail: tail && { ...tail, rest: tail.rest && tail.rest.buffer },
  };
}
