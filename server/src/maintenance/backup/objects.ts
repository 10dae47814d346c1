import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { ObjectMissing, type ObjectStore } from '../../platform/storage/object-store.ts';
import { requireUnchanged, writeChecked } from './checked-file.ts';
import { documentOf, rawDocuments } from './documents.ts';
import { ObjectLine, placesIn, type Manifest } from './manifest.ts';

/** The key of an object that a row refers to and that is not there. */
export type LeftOut = { key: string };

/** What in a row names an object, and where such rows are. A certificate that is still in the database names none. */
const field = 'objectKey';
const referring = [
  { collection: 'fileVersions', always: true },
  { collection: 'calibrationFiles', always: false },
] as const;

/** Copies the objects that the copied rows refer to into a folder of the same shape. */
export async function copiedObjects(
  store: ObjectStore,
  directory: string,
): Promise<Manifest['objects'] & { leftOut: LeftOut[] }> {
  const places = placesIn(directory);
  const copies = folderStore(places.objects);
  const leftOut: LeftOut[] = [];
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const key of keysIn(places)) {
      const copied = await copy({ from: store, to: copies }, key);
      if (copied === null) leftOut.push({ key });
      else {
        count++;
        yield `${JSON.stringify({ key, ...copied } satisfies ObjectLine)}\n`;
      }
    }
  }
  const written = await writeChecked(places.objectList, lines());
  return { ...written, count, leftOut };
}

/** @throws where the list is not what was written, or an object of it is not there in its size. */
export async function requireObjects(directory: string, { count, ...written }: Manifest['objects']): Promise<void> {
  const places = placesIn(directory);
  await requireUnchanged(places.objectList, written);
  const copies = folderStore(places.objects);
  let listed = 0;
  for await (const { key, size } of objectLines(places.objectList)) {
    listed++;
    if ((await copies.sizeOf(key)) !== size)
      throw new Error(`The backup is not whole: the object ${key} is not in it.`);
  }
  if (listed !== count)
    throw new Error(`The backup is damaged: it lists ${listed} objects, and its manifest ${count}.`);
}

/** @throws where the store has an object that is none of the backup: what an earlier try has brought may be there. */
export async function requireEmptyStore(store: ObjectStore, directory: string): Promise<void> {
  const copies = folderStore(placesIn(directory).objects);
  for await (const { key, size } of store.list('')) {
    if ((await copies.sizeOf(key)) === size) continue;
    throw new Error(`The store of files is not empty: there is ${key}. A backup is restored into a new one.`);
  }
}

/** Puts the objects where they were. @throws where one is not what was copied; it is not in the store then. */
export async function restoreObjects(store: ObjectStore, directory: string): Promise<void> {
  const places = placesIn(directory);
  const copies = folderStore(places.objects);
  for await (const { key, ...expected } of objectLines(places.objectList)) {
    const copied = await copy({ from: copies, to: store }, key);
    if (copied?.sha256 === expected.sha256 && copied.size === expected.size) continue;
    await store.remove(key);
    throw new Error(`The backup is damaged: the object ${key} is not what was copied.`);
  }
}

type Ways = { from: ObjectStore; to: ObjectStore };

/** Null where there is none. @throws where the store sends another number of bytes than it says. */
async function copy({ from, to }: Ways, key: string): Promise<{ size: number; sha256: string } | null> {
  const hash = createHash('sha256');
  try {
    const { size, body } = await from.read(key);
    let bytes = 0;
    async function* passing(): AsyncGenerator<Uint8Array> {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      if (bytes !== size) throw new Error(`The object ${key} has ${bytes} bytes instead of ${size}.`);
    }
    // Where nobody begins to read it, nobody else lets go of it.
    await to.put(key, Readable.from(passing(), { objectMode: false })).finally(() => body.destroy());
    return { size, sha256: hash.digest('hex') };
  } catch (error) {
    if (error instanceof ObjectMissing) return null;
    throw error;
  }
}

async function* keysIn(places: Pick<ReturnType<typeof placesIn>, 'collection'>): AsyncGenerator<string> {
  for (const { collection, always } of referring) {
    const path = places.collection(collection);
    // A store on which no server was ever started has none.
    if (!existsSync(path)) continue;
    for await (const raw of rawDocuments(path)) {
      const key: unknown = documentOf(raw)[field];
      if (typeof key === 'string') yield key;
      else if (always) throw new Error(`${path} has a row without an object.`);
    }
  }
}

async function* objectLines(path: string): AsyncGenerator<ObjectLine> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    yield ObjectLine.parse(JSON.parse(line));
  }
}
