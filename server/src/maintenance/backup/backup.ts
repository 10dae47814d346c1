import { mkdir, readdir, rename } from 'node:fs/promises';
import type { Connection } from 'mongoose';
import type { Clock } from '../../platform/clock.ts';
import { syncFolder } from '../../platform/storage/folder-calls.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import { writeChecked } from './checked-file.ts';
import { copiedCollections } from './collections.ts';
import { backupFormat, placesIn, type Manifest } from './manifest.ts';
import { copiedObjects, type LeftOut } from './objects.ts';

type Deps = {
  connection: Connection;
  objects: ObjectStore;
  /** Names of the master keys under which there may be something. */
  keysInUse: () => Promise<readonly string[]>;
  clock: Clock;
  /** Whether the database can show all collections as they were at one moment; otherwise nobody else may write meanwhile. */
  snapshots: boolean;
};

/**
 * Copies every collection, all as they were at one moment, and then every encrypted object that a version of a file
 * referred to in that moment, as it is: objects never change. One whose file was removed for good meanwhile is left out,
 * and told. @throws where the folder is not empty.
 */
export async function backup(
  { connection, objects, keysInUse, clock, snapshots }: Deps,
  directory: string,
): Promise<{ manifest: Manifest; leftOut: LeftOut[] }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0) throw new Error(`${directory} is not empty; a backup needs a new folder.`);
  const takenAt = clock().toISOString();
  // Before and behind the metadata: of keys that come into use or are given up meanwhile it may name one too many, and lacks none.
  const keysBefore = await keysInUse();
  const collections = await copiedCollections(connection, { directory, snapshots });
  const masterKeys = [...new Set([...keysBefore, ...(await keysInUse())])];
  const { leftOut, ...written } = await copiedObjects(objects, directory);
  const manifest = { format: backupFormat, takenAt, masterKeys, collections, objects: written } satisfies Manifest;
  const { manifest: path } = placesIn(directory);
  await writeChecked(`${path}.new`, [JSON.stringify(manifest, null, 2)]);
  await rename(`${path}.new`, path);
  await syncFolder(directory);
  return { manifest, leftOut };
}
