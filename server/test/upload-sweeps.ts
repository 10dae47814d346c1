import type { Connection } from 'mongoose';
import { mongoKeptKeys, mongoUploads, mongoUsage, uploadSweep, usageService } from '../src/features/files/index.ts';
import { UploadDigests } from '../src/features/files/upload-digests.ts';
import { uploadRemoval } from '../src/features/files/upload-removal.ts';
import { createLog } from '../src/platform/log.ts';
import type { ObjectStore } from '../src/platform/storage/object-store.ts';
import { all } from './storage/object-store.contract.ts';
import { testTrail } from './trail.ts';

/** The sweep of a process over an installation, as if it were so many milliseconds later. */
export function sweepOver({ connection, objects }: { connection: Connection; objects: ObjectStore }, later = 0) {
  const clock = () => new Date(Date.now() + later);
  const [repo, log] = [mongoUploads(connection), createLog('silent')];
  const usage = usageService({ repo: mongoUsage(connection), trail: testTrail(connection) });
  const removal = uploadRemoval({ repo, store: objects, usage, digests: new UploadDigests() });
  return uploadSweep({ repo, store: objects, removal, keysKept: mongoKeptKeys(connection), clock, log });
}

/** How many objects, and uploads of parts, are in a store, and rows of uploads in the database. */
export async function leftIn({ connection, objects }: { connection: Connection; objects: ObjectStore }) {
  return {
    objects: (await all(objects.list(''))).length,
    parts: (await all(objects.openParts(new Date(Date.now() + 1000)))).length,
    rows: await connection.collection('fileUploads').countDocuments({}),
  };
}
