import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreUnavailable } from './object-store.ts';

/** What a disk says that is full, full for this account, gone or not to be written to, or that has no handle left. */
const notNow = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'EACCES', 'EPERM', 'ENODEV', 'ESTALE']);

/** Calls the file system; what may work later is told as such. @throws StoreUnavailable */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && notNow.has(String(error.code)))) throw error;
    throw new StoreUnavailable(`The folder of files cannot be used: ${error.message}`, { cause: error });
  }
}

/** Makes that names in a folder outlast a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such call; its file system writes names ahead.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const mostKnown = 10_000;

/** Makes folders for this account only, synced up to the first that was there. Remembers some of those it has made. */
export function syncedFolders(): { make(path: string): Promise<void> } {
  const known = new Set<string>();
  return {
    async make(path) {
      if (known.has(path)) return;
      const first = await mkdir(path, { recursive: true, mode: 0o700 });
      if (first !== undefined) {
        for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
      }
      if (known.size >= mostKnown) known.clear();
      known.add(path);
    },
  };
}
