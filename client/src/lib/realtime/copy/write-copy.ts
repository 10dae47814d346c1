import * as Y from 'yjs';
import type { DocumentRef } from '../collab-document.svelte.ts';
import type { CopyApart, CopyCount, CopyOfDocument, CopyUpdate, Unnumbered } from './copy-records.ts';
import { answerOf, recordsOf, type CopyStores } from './copy-storage.ts';
import { CopyRefusal } from './copy-trouble.ts';

/** What one transaction adds to the copy of a document. */
export type CopyBatch = Pick<CopyOfDocument, 'document' | 'name' | 'schema' | 'synced' | 'at'> & {
  ref: DocumentRef;
  writer: string;
  /** Pieces of content, in the order they came. */
  updates: readonly Uint8Array[];
  /** Changes made while nobody was signed in, one by one. */
  apart: readonly Uint8Array[];
  /** What this tab wrote apart becomes part of the document. */
  together: boolean;
  /** Of the changes that this tab made: how many there are, and how many of them the server has. */
  made: number;
  durable: number;
  /** What is known of other tabs' changes since. */
  settled: readonly CopyCount[];
  /** The document as a whole, in place of `pieces` that this tab knows to be part of it; null while pieces will do. */
  compaction: { pieces: readonly number[] } | null;
  whole: () => Uint8Array;
  /** This tab read the copy, or wrote to it: what is missing now was removed meanwhile. */
  begun: boolean;
};

/**
 * Writes a batch; answers the number of the piece it wrote, if any. Rejects with `CopyRefusal` where a newer page has
 * written, and then nothing is changed.
 */
export async function writeCopy(stores: CopyStores, batch: CopyBatch): Promise<number | null> {
  const { document, ref, name, schema, synced, at } = batch;
  const about = await answerOf<CopyOfDocument | undefined>(stores.documents.get(document));
  if (about !== undefined && about.schema > schema) throw new CopyRefusal('newer');
  const removed = about === undefined && batch.begun;
  const updates = [...batch.updates, ...(batch.together ? await takeApart(stores, batch) : [])];
  const piece = removed || batch.compaction !== null ? batch.whole() : joined(updates);
  for (const number of batch.compaction?.pieces ?? []) stores.updates.delete(number);

  stores.documents.put({
    document,
    kind: ref.kind,
    id: ref.id,
    schema,
    at,
    synced: synced || about?.synced === true,
    name: name === '' ? (about?.name ?? '') : name,
  } satisfies CopyOfDocument);
  await count(stores, batch);
  if (batch.apart.length > 0) {
    const { writer, apart } = batch;
    const update = Y.mergeUpdates([...apart]);
    stores.apart.add({ document, writer, update, changes: apart.length, at } satisfies Unnumbered<CopyApart>);
  }
  if (piece === null) return null;
  return Number(await answerOf(stores.updates.add({ document, update: piece } satisfies Unnumbered<CopyUpdate>)));
}

const joined = (updates: readonly Uint8Array[]): Uint8Array | null =>
  updates.length === 0 ? null : Y.mergeUpdates([...updates]);

/** What this tab had written apart, which is gone from there then. */
async function takeApart(stores: CopyStores, { document, writer }: CopyBatch): Promise<Uint8Array[]> {
  const own = (await recordsOf<CopyApart>(stores.apart, document)).filter((one) => one.writer === writer);
  for (const { n } of own) stores.apart.delete(n);
  return own.map(({ update }) => update);
}

/** Counts only ever grow, whoever writes them: another tab may have settled what this one made. */
async function count(stores: CopyStores, { document, writer, made, durable, settled }: CopyBatch): Promise<void> {
  const own = { document, writer, made, durable };
  for (const one of [own, ...settled]) {
    const key = [document, one.writer];
    const kept = await answerOf<CopyCount | undefined>(stores.counts.get(key));
    const now = {
      document,
      writer: one.writer,
      made: Math.max(one.made, kept?.made ?? 0),
      durable: Math.max(one.durable, kept?.durable ?? 0),
    };
    if (now.durable >= now.made) stores.counts.delete(key);
    else stores.counts.put(now satisfies CopyCount);
  }
}
