import { Schema, type Connection, type Model } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import type { CertificateFiles, StoredCertificate } from './calibration.repo.ts';

type Stored<Bytes> = Pick<StoredCertificate, 'objectKey' | 'ownerId' | 'keyName' | 'size' | 'sha256'> & {
  objectId: string;
  wrappedKey: Bytes;
  passes: { fromPart: number; salt: Bytes }[];
};
/** `sealed`: of one whose bytes have not moved into the store yet. */
type Row<Bytes> = { _id: string; orgId: string; sealed?: Bytes } & Partial<Stored<Bytes>>;
/** As the driver reads it without a model around it. */
type ReadRow = { _id: string; orgId: string } & ({ sealed: Read } | ({ sealed?: undefined } & Stored<Read>));
type Read = { buffer: Buffer };

const schema = new Schema<Row<Buffer>>(
  {
    _id: { type: String, required: true },
    objectId: String,
    objectKey: String,
    ownerId: String,
    keyName: String,
    wrappedKey: Buffer,
    passes: {
      type: [new Schema({ fromPart: { type: Number, required: true }, salt: Buffer }, { _id: false })],
      default: undefined,
    },
    size: Number,
    sha256: String,
    sealed: Buffer,
  },
  { collection: 'calibrationFiles', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ objectKey: 1 }, { unique: true, sparse: true });

const modelOn = (connection: Connection): Model<Row<Buffer>> =>
  connection.model<Row<Buffer>>('CalibrationFile', schema);

/** What opens the bytes of certificates, in a collection of its own: who reads certificates does not read it along. */
export function mongoCertificateFiles(connection: Connection): CertificateFiles {
  const model = modelOn(connection);
  return {
    async insert(orgId, stored) {
      await model.create({ _id: stored.fileId, orgId, ...toRow(stored) });
    },
    async find(orgId, calibrationId) {
      const row = await model.findOne({ orgId, _id: calibrationId }).lean<ReadRow>();
      if (!row) return null;
      return row.sealed ? { sealed: row.sealed.buffer } : { stored: toStored(row) };
    },
    async unmoved(after, limit) {
      const rows = await model
        .find({ orgId: everyOrganisation, _id: { $gt: after }, sealed: { $exists: true } })
        .select({ orgId: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<Pick<ReadRow, '_id' | 'orgId'>[]>();
      return rows.map(({ _id: calibrationId, orgId }) => ({ orgId, calibrationId }));
    },
    async move(orgId, stored) {
      const filter = { orgId, _id: stored.fileId, sealed: { $exists: true } };
      const { matchedCount } = await model.updateOne(filter, { $set: toRow(stored), $unset: { sealed: 1 } });
      return matchedCount > 0;
    },
  };
}

/** Of keys of objects, those of certificates, in whichever organisation. */
export function certificateKeys(connection: Connection): (keys: readonly string[]) => Promise<Set<string>> {
  const model = modelOn(connection);
  return async (keys) => {
    const filter = { orgId: everyOrganisation, objectKey: { $in: [...keys] } };
    const rows = await model.find(filter).select({ objectKey: 1 }).lean<{ objectKey: string }[]>();
    return new Set(rows.map(({ objectKey }) => objectKey));
  };
}

/** Every certificate of every organisation whose bytes lie in the store. */
export async function* everyCertificate(connection: Connection): AsyncGenerator<StoredCertificate> {
  const filter = { orgId: everyOrganisation, objectKey: { $exists: true } };
  const rows = modelOn(connection).find(filter).sort({ _id: 1 }).lean<ReadRow>();
  for await (const row of rows.cursor({ batchSize: 100 })) {
    if (!row.sealed) yield toStored(row);
  }
}

function toRow({
  id: objectId,
  orgId: _org,
  fileId: _file,
  version: _one,
  wrappedKey,
  passes,
  ...rest
}: StoredCertificate) {
  const salted = passes.map(({ fromPart, salt }) => ({ fromPart, salt: Buffer.from(salt) }));
  return { ...rest, objectId, wrappedKey: Buffer.from(wrappedKey), passes: salted };
}

function toStored({
  _id: fileId,
  orgId,
  objectId: id,
  wrappedKey,
  passes,
  ...row
}: { _id: string; orgId: string } & Stored<Read>) {
  const { objectKey, ownerId, keyName, size, sha256 } = row;
  return {
    id,
    orgId,
    fileId,
    version: 1,
    ownerId,
    objectKey,
    keyName,
    wrappedKey: wrappedKey.buffer,
    passes: passes.map(({ fromPart, salt }) => ({ fromPart, salt: salt.buffer })),
    size,
    sha256,
  };
}
