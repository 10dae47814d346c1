import { join } from 'node:path';
import { folderStore } from './folder-store.ts';
import type { ObjectStore } from './object-store.ts';

/** Where the encrypted files lie by the configuration: in a folder of the data directory. */
export function openStore({ dataDir }: { dataDir: string }): ObjectStore {
  return folderStore(join(dataDir, 'files'));
}
