import { Schema, type Connection, type Model } from 'mongoose';
import type { StoredFile } from '../../platform/sealed-files/stored-file.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { KeptVersion } from './file.repo.ts';

type Row<Bytes> = Omit<KeptVersion, 'uploadedAt' | 'stored'> & {
  /** That of the upload that made it. */
  _id: string;
  orgId: string;
  fileId: string;
  uploadedAt: Date;
  objectKey: string;
  ownerId: string;
  keyName: string;
  wrappedKey: Bytes;
  passes: { fromPart: number; salt: Bytes }[];
  /** Where it waits for a scanner: nobody else looks at it before. */
  scanFrom?: Date;
};
export type VersionRow = Row<Buffer>;
/** As the driver reads it without a model around it. */
export type ReadVersion = Row<{ buffer: Uint8Array }>;

const needed = <T>(type: T) => ({ type, required: true }) as const;
const schema = new Schema<VersionRow>(
  {
    _id: needed(String),
    fileId: needed(String),
    number: needed(Number),
    size: needed(Number),
    sha256: needed(String),
    mediaType: needed(String),
    kind: needed(String),
    scan: needed(String),
    uploadedBy: needed(String),
    uploadedAt: needed(Date),
    objectKey: needed(String),
    ownerId: needed(String),
    keyName: needed(String),
    wrappedKey: needed(Buffer),
    passes: [new Schema({ fromPart: needed(Number), salt: needed(Buffer) }, { _id: false })],
    scanFrom: Date,
  },
  { collection: 'fileVersions', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, fileId: 1, number: -1 }, { unique: true });
schema.index({ objectKey: 1 }, { unique: true });
schema.index({ keyName: 1 });
schema.index({ scan: 1, scanFrom: 1 });

/** Versions in rows of their own: whoever lists files does not read the keys along. */
export const versionModel = (connection: Connection): Model<VersionRow> =>
  connection.model<VersionRow>('FileVersion', schema);

export function toVersionRow({ stored, uploadedAt, ...version }: KeptVersion) {
  const { id: _id, version: _number, size: _size, wrappedKey, passes, ...rest } = stored;
  const salted = passes.map(({ fromPart, salt }) => ({ fromPart, salt: Buffer.from(salt) }));
  const sealed = { wrappedKey: Buffer.from(wrappedKey), passes: salted };
  return { ...version, ...rest, ...sealed, _id, uploadedAt: new Date(uploadedAt) };
}

export function toKeptVersion(row: ReadVersion): KeptVersion {
  const { number, size, sha256, mediaType, kind, scan, uploadedBy, orgId, fileId } = row;
  const stored: StoredFile = {
    id: row._id,
    orgId,
    fileId,
    version: number,
    objectKey: row.objectKey,
    ownerId: row.ownerId,
    keyName: row.keyName,
    wrappedKey: row.wrappedKey.buffer,
    passes: row.passes.map(({ fromPart, salt }) => ({ fromPart, salt: salt.buffer })),
    size,
  };
  const uploadedAt = row.uploadedAt.toISOString();
  return { number, size, sha256, mediaType, kind, scan, uploadedBy, uploadedAt, stored };
}
