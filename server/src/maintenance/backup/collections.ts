import type { ClientSession, Db } from 'mongodb';
import type { Connection } from 'mongoose';
import { requireUnchanged, writeChecked } from './checked-file.ts';
import { documentOf, rawDocuments } from './documents.ts';
import { placesIn, type Manifest } from './manifest.ts';

type Collections = Manifest['collections'];
type Index = Collections[number]['indexes'][number];

/** Writes each collection into a file of its own. `snapshots`: all as they were at one moment. */
export async function copiedCollections(
  connection: Connection,
  { directory, snapshots }: { directory: string; snapshots: boolean },
): Promise<Collections> {
  const db = dbOf(connection);
  const copyAll = async (session?: ClientSession): Promise<Collections> => {
    const collections: Collections = [];
    for (const name of await namesOf(db)) {
      const collection = db.collection(name);
      let documents = 0;
      const found = collection.find({}, { raw: true, ...(session && { session }) });
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const document of found) {
          documents++;
          yield document as unknown as Uint8Array;
        }
      }
      const written = await writeChecked(placesIn(directory).collection(name), counted());
      const indexes = (await collection.listIndexes().toArray()) as Index[];
      collections.push({ name, documents, indexes, ...written });
    }
    return collections;
  };
  return snapshots ? connection.getClient().withSession({ snapshot: true }, copyAll) : copyAll();
}

/** @throws where a file is not what was written. */
export async function requireCollections(directory: string, collections: Collections): Promise<void> {
  const { collection } = placesIn(directory);
  for (const { name, ...written } of collections) await requireUnchanged(collection(name), written);
}

/** @throws where a collection has documents already. */
export async function requireEmptyDatabase(connection: Connection): Promise<void> {
  const db = dbOf(connection);
  for (const name of await namesOf(db)) {
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new Error(`The database is not empty: there are ${name}. A backup is restored into a new one.`);
  }
}

const mostAtOnce = 500;
const longestAtOnce = 8 * 1024 * 1024;

/** Writes the documents as they were, and makes the indexes anew. Where it fails, nothing of them stays. */
export async function restoreCollections(connection: Connection, copies: Copies): Promise<void> {
  const db = dbOf(connection);
  try {
    await bringIn(db, copies);
  } catch (error) {
    for (const { name } of copies.collections) await db.collection(name).deleteMany({});
    throw error;
  }
}

type Copies = { directory: string; collections: Collections };

async function bringIn(db: Db, { directory, collections }: Copies): Promise<void> {
  for (const { name, documents, indexes } of collections) {
    const collection = db.collection(name);
    let [restored, waits] = [0, 0];
    let waiting: ReturnType<typeof documentOf>[] = [];
    const flush = async (): Promise<void> => {
      if (waiting.length > 0) restored += (await collection.insertMany(waiting)).insertedCount;
      [waiting, waits] = [[], 0];
    };
    for await (const raw of rawDocuments(placesIn(directory).collection(name))) {
      waiting.push(documentOf(raw));
      waits += raw.length;
      if (waiting.length >= mostAtOnce || waits >= longestAtOnce) await flush();
    }
    await flush();
    if (restored !== documents) throw new Error(`Of ${name}, ${restored} of ${documents} documents were restored.`);
    for (const { key, name: called, v: _v, ns: _ns, ...options } of indexes) {
      if (called !== '_id_') await collection.createIndex(key as Record<string, 1>, { name: called, ...options });
    }
  }
}

function dbOf({ db }: Connection): Db {
  if (!db) throw new Error('The database is not connected.');
  return db;
}

/** Those of the database itself are not ours. */
async function namesOf(db: Db): Promise<string[]> {
  const listed = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return listed
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .toSorted(byName);
}

const byName = (one: string, other: string): number => one.localeCompare(other);
