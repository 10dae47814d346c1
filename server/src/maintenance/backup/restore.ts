import type { Connection } from 'mongoose';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import { requireCollections, requireEmptyDatabase, restoreCollections } from './collections.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { requireEmptyStore, requireObjects, restoreObjects } from './objects.ts';

type Deps = { connection: Connection; objects: ObjectStore; ring: Pick<KeyRing, 'find'> };

/**
 * Brings a backup into an installation that has nothing yet. Everything that can be wrong is looked at before the first
 * write; the objects come first and the metadata last, so that where it breaks off nothing of it is visible, and it may
 * be begun again. @throws with one sentence where the backup, the keys or the place do not fit.
 */
export async function restore({ connection, objects, ring }: Deps, directory: string): Promise<Manifest> {
  const manifest = await readManifest(directory);
  const missing = manifest.masterKeys.filter((name) => !ring.find(name));
  if (missing.length > 0) {
    const what = missing.length === 1 ? `master key ${missing[0]}` : `master keys ${missing.join(', ')}`;
    throw new Error(`The backup needs ${what}, which is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS.`);
  }
  await requireEmptyDatabase(connection);
  await requireEmptyStore(objects, directory);
  await requireCollections(directory, manifest.collections);
  await requireObjects(directory, manifest.objects);
  await restoreObjects(objects, directory);
  await restoreCollections(connection, { directory, collections: manifest.collections });
  return manifest;
}
