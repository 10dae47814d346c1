import { open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '../new-id.ts';
import { calling, syncFolder, syncedFolders } from './folder-calls.ts';
import { openNames, partialName, timeOf } from './folder-names.ts';
import { checkedKey, within } from './keys.ts';
import { ObjectMissing, type ObjectStore, type PartsUpload } from './object-store.ts';

/**
 * Objects as files of a folder: the path is the key. What is not whole yet lies in `.partial`, which no key can name, and
 * gets its place by a rename; files and the folders that name them are synced before anything resolves. Only this account
 * may read them.
 */
export function folderStore(root: string): ObjectStore {
  const { make } = syncedFolders();
  const partial = join(root, '.partial');
  const placeOf = (key: string): string => join(root, ...checkedKey(key).split('/'));
  const partialOf = (upload: PartsUpload): string => join(partial, partialName(upload));

  async function begin(key: string): Promise<PartsUpload & { path: string; file: FileHandle }> {
    checkedKey(key);
    const upload = { key, token: newId() };
    await make(partial);
    const path = partialOf(upload);
    return { ...upload, path, file: await open(path, 'wx', 0o600) };
  }

  /** Gives what is whole its name. */
  async function place(path: string, key: string): Promise<void> {
    const target = placeOf(key);
    await make(dirname(target));
    await rename(path, target);
    await syncFolder(dirname(target));
  }

  return {
    put: (key, bytes) =>
      calling(async () => {
        const { path, file } = await begin(key);
        try {
          try {
            await file.writeFile(bytes);
            await file.sync();
          } finally {
            await file.close();
          }
          await place(path, key);
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        }
      }),

    startParts: (key) =>
      calling(async () => {
        const { token, file } = await begin(key);
        await file.close();
        await syncFolder(partial);
        return { key, token };
      }),

    putPart: (upload, { offset, bytes }) =>
      calling(async () => {
        const file = await unlessMissing(open(partialOf(upload), 'r+'));
        if (!file) throw noUpload(upload);
        try {
          for (let at = 0; at < bytes.length;) {
            at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
          }
          await file.datasync();
        } finally {
          await file.close();
        }
        return `${offset}-${offset + bytes.length}`;
      }),

    completeParts: (upload, receipts) =>
      calling(async () => {
        const path = partialOf(upload);
        const file = await unlessMissing(open(path, 'r+'));
        if (!file) {
          const placed = await unlessMissing(stat(placeOf(upload.key)));
          if (!placed?.isFile()) throw noUpload(upload);
          // It may have got its name in a moment from which only the name is left to sync.
          return syncFolder(dirname(placeOf(upload.key)));
        }
        try {
          if ((await file.stat()).size !== sizeBy(receipts)) throw new Error(`The parts of ${upload.key} are others.`);
          await file.sync();
        } finally {
          await file.close();
        }
        return place(path, upload.key);
      }),

    abandonParts: (upload) => calling(() => rm(partialOf(upload), { force: true })),

    read: (key, range) =>
      calling(async () => {
        const file = await unlessMissing(open(placeOf(key)));
        const found = await file?.stat();
        if (!file || !found?.isFile()) {
          await file?.close();
          throw new ObjectMissing(key);
        }
        const { from, to } = within(found.size, range);
        if (from < to)
          return { size: found.size, body: file.createReadStream({ start: from, end: to - 1, highWaterMark }) };
        await file.close();
        return { size: found.size, body: Readable.from([]) };
      }),

    sizeOf: (key) =>
      calling(async () => {
        const found = await unlessMissing(stat(placeOf(key)));
        return found?.isFile() ? found.size : null;
      }),

    remove: (key) =>
      calling(async () => {
        const place = placeOf(key);
        await unlessMissing(unlink(place));
        await unlessMissing(syncFolder(dirname(place)));
      }),

    async *list(prefix) {
      for await (const key of keysBelow(root, prefix)) {
        const found = await calling(() => unlessMissing(stat(placeOf(key))));
        if (found) yield { key, size: found.size, modifiedAt: found.mtime };
      }
    },

    async *openParts(before) {
      const names = await calling(() => unlessMissing(readdir(partial)));
      for (const upload of openNames(names ?? [])) {
        if (timeOf(upload.token) < before.getTime()) yield upload;
      }
    },

    linkTo: async () => null,
    close: async () => undefined,
  };
}

/** Keys in their order: a folder's name counts with the slash behind it. */
async function* keysBelow(root: string, prefix: string, folder = ''): AsyncGenerator<string> {
  const entries = await calling(() => unlessMissing(readdir(join(root, folder), { withFileTypes: true })));
  const names = (entries ?? [])
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter((name) => name.startsWith(prefix) || (name.endsWith('/') && prefix.startsWith(name)));
  for (const name of names.toSorted(byBytes)) {
    if (name.endsWith('/')) yield* keysBelow(root, prefix, name);
    else yield name;
  }
}

/** What is read at once. */
const highWaterMark = 512 * 1024;

const byBytes = (one: string, other: string): number => (one < other ? -1 : 1);

/** How long the object is, by what its parts covered. @throws where one is left out. */
function sizeBy(receipts: readonly string[]): number {
  let end = 0;
  for (const receipt of receipts) {
    const [from, to] = receipt.split('-').map(Number);
    if (from !== end || to === undefined) throw new Error(`Of the parts, the one at ${end} is left out.`);
    end = to;
  }
  return end;
}

const noUpload = ({ key, token }: PartsUpload): ObjectMissing =>
  new ObjectMissing(`There is no upload ${token} of ${key}.`);

async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
