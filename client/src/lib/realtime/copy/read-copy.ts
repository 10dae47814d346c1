import { documentKey } from '../document-key.ts';
import type { CopyApart, CopyCount, CopyOfDocument, CopyUpdate } from './copy-records.ts';
import { answerOf, keysOf, recordsOf, type CopyStores } from './copy-storage.ts';

/** What was written while nobody was signed in. */
export type KeptApart = {
  numbers: readonly number[];
  updates: readonly Uint8Array[];
  changes: number;
  /** Milliseconds since 1970 of the last of it. */
  at: number;
};

/** One document as it is on this computer. */
export type KeptDocument = Pick<CopyOfDocument, 'schema' | 'synced' | 'name'> & {
  updates: readonly Uint8Array[];
  /** The numbers under which the updates are kept. */
  pieces: readonly number[];
  /** Which tabs made changes that the server has not acknowledged, and how many. */
  counts: readonly CopyCount[];
  /** Null where there is nothing of the kind. */
  apart: KeptApart | null;
};

/** Reads a document, without what the tab `writer` wrote apart itself; null where nothing of it is kept. */
export async function readCopy(
  stores: CopyStores,
  { document, writer }: { document: string; writer: string },
): Promise<KeptDocument | null> {
  const [about, updates, counts, allApart] = await Promise.all([
    answerOf<CopyOfDocument | undefined>(stores.documents.get(document)),
    recordsOf<CopyUpdate>(stores.updates, document),
    recordsOf<CopyCount>(stores.counts, document),
    recordsOf<CopyApart>(stores.apart, document),
  ]);
  if (about === undefined) return null;
  const apart = allApart.filter((one) => one.writer !== writer);
  return {
    schema: about.schema,
    synced: about.synced,
    name: about.name,
    updates: updates.map(({ update }) => update),
    pieces: updates.map(({ n }) => n),
    counts,
    apart: apart.length === 0 ? null : apartOf(apart),
  };
}

/** A document that holds changes which the server does not have. */
export type UnsentDocument = Pick<CopyOfDocument, 'kind' | 'id' | 'name'> & {
  changes: number;
  /** Of these changes, those made while nobody was signed in: they wait for their person. */
  apart: number;
};

/** Every document whose changes are not all on the server, by name. */
export async function readUnsent(stores: CopyStores): Promise<UnsentDocument[]> {
  const [documents, counts, apart] = await Promise.all([
    answerOf<CopyOfDocument[]>(stores.documents.getAll()),
    answerOf<CopyCount[]>(stores.counts.getAll()),
    answerOf<CopyApart[]>(stores.apart.getAll()),
  ]);
  return documents
    .map(({ document, kind, id, name }) => {
      const of = <T extends { document: string }>(all: T[]) => all.filter((one) => one.document === document);
      const waiting = of(apart).reduce((sum, { changes }) => sum + changes, 0);
      return { kind, id, name, changes: missingIn(of(counts)) + waiting, apart: waiting };
    })
    .filter(({ changes }) => changes > 0)
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Removes documents that hold nothing but what the server has: all of them, or those last open before `before`. */
export async function removeSent(stores: CopyStores, { before = Infinity } = {}): Promise<void> {
  const unsent = new Set((await readUnsent(stores)).map(documentKey));
  const documents = await answerOf<CopyOfDocument[]>(stores.documents.getAll());
  const staying = new Set(documents.filter(({ at }) => at >= before).map(({ document }) => document));
  const goes = (document: string) => !unsent.has(document) && !staying.has(document);
  for (const { document } of documents) if (goes(document)) await removeCopy(stores, document);
  const pages = (await answerOf(stores.pages.getAllKeys())).filter((key) => typeof key === 'string');
  for (const key of pages.filter(goes)) stores.pages.delete(key);
}

/** Removes a document, whatever is in it. */
export async function removeCopy(stores: CopyStores, document: string): Promise<void> {
  stores.documents.delete(document);
  stores.pages.delete(document);
  for (const store of [stores.updates, stores.counts, stores.apart])
    for (const key of await keysOf(store, document)) store.delete(key);
}

const missingIn = (counts: readonly CopyCount[]): number =>
  counts.reduce((sum, { made, durable }) => sum + made - durable, 0);

const apartOf = (records: readonly CopyApart[]): KeptApart => ({
  numbers: records.map(({ n }) => n),
  updates: records.map(({ update }) => update),
  changes: records.reduce((sum, { changes }) => sum + changes, 0),
  at: Math.max(...records.map(({ at }) => at)),
});
