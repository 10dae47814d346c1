import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { FileRecord, KeptVersion } from '../src/features/files/file.repo.ts';
import { mongoFiles } from '../src/features/files/file.mongo.ts';
import type { FileKeys } from '../src/platform/keys/file-keys.ts';
import { newId } from '../src/platform/new-id.ts';
import type { ObjectStore } from '../src/platform/storage/object-store.ts';
import { aSealedObject } from './sealed-object.ts';

type House = { connection: Connection; objects: ObjectStore; keys: FileKeys };
type Making = Partial<Pick<FileRecord, 'id' | 'name' | 'projectId'>> & { orgId?: string; scan?: KeptVersion['scan'] };

/** A file with one version, sealed and stored as an upload leaves it. */
export async function aStoredFile({ connection, objects, keys }: House, plain: Buffer, making: Making = {}) {
  const { orgId = newId(), id: fileId = newId(), name = 'curve.csv', projectId = newId(), scan = 'clean' } = making;
  const ownerId = newId();
  const identity = { orgId, fileId, version: 1 };
  const { key, keyName, wrappedKey } = keys.make(identity, ownerId);
  const { bytes, stored: sealed } = aSealedObject(plain, { ...identity, key });
  const objectKey = `sandbox/${projectId}/${ownerId}/${newId()}.enc`;
  await objects.put(objectKey, bytes);
  const uploadedAt = new Date().toISOString();
  const version: KeptVersion = {
    number: 1,
    size: plain.length,
    mediaType: 'text/csv',
    kind: 'table',
    scan,
    uploadedBy: ownerId,
    uploadedAt,
    sha256: createHash('sha256').update(plain).digest('hex'),
    stored: { ...sealed, id: newId(), objectKey, ownerId, keyName, wrappedKey },
  };
  const { stored: _stored, ...latest } = version;
  const record: FileRecord = {
    id: fileId,
    projectId,
    name,
    folder: '',
    tags: [],
    description: '',
    latest,
    versions: 1,
    attachments: [],
    revision: 1,
    createdAt: uploadedAt,
    updatedAt: uploadedAt,
    createdBy: ownerId,
    deletedAt: null,
  };
  await mongoFiles(connection).insert(orgId, record, version);
  return { orgId, fileId, objectKey, version };
}
