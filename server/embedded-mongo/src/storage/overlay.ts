import { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import type { Doc } from '../bson/value.ts';
import type { Stored } from './access.ts';
import type { Collection } from './catalog.ts';
import type { Connection } from './connection.ts';
import { duplicateKey } from './duplicate-key.ts';
import {
  checkUnique,
  idKey,
  deleteRow,
  insertRow,
  keyChanges,
  updateRow,
  ownerOf,
  writeKeys,
  writeText,
  type KeyChange,
} from './rows.ts';
import { fetchRow } from './scan.ts';

export type OverlayWrite = {
  changes: readonly KeyChange[];
  doc: Doc;
  /** Undefined removes the document. */
  bytes: Uint8Array | undefined;
};

/** A document as it is to be, and what that means for its keys; undefined where it was written more than once. */
type Written = { bytes: Uint8Array | undefined; changes: readonly KeyChange[] | undefined };

/** What a transaction has done to one collection and not yet committed. New documents have negative row ids. */
export class Overlay {
  readonly #docs = new Map<number, Written>();
  /** Which document has a unique key now; undefined when the one that had it gave it back. */
  readonly #keys = new Map<string, number | undefined>();

  has(rid: number): boolean {
    return this.#docs.has(rid);
  }

  get(rid: number): Stored | undefined {
    const bytes = this.#docs.get(rid)?.bytes;
    return bytes && { rid, bytes };
  }

  *all(): Iterable<Stored> {
    for (const [rid, { bytes }] of this.#docs) if (bytes) yield { rid, bytes };
  }

  /** The row id under a unique key: nothing when it was given back, `unknown` when this says nothing about it. */
  ownerOf(index: number, key: Uint8Array): number | 'unknown' | undefined {
    const name = nameOf(index, key);
    return this.#keys.has(name) ? this.#keys.get(name) : 'unknown';
  }

  /** How many documents more there are, or fewer. */
  get growth(): number {
    let growth = 0;
    for (const [rid, { bytes }] of this.#docs) growth += (bytes ? 1 : 0) - (rid > 0 ? 1 : 0);
    return growth;
  }

  /** Throws 11000 when a unique key is another document's, here or in the snapshot. */
  write(reader: Connection, collection: Collection, rid: number, write: OverlayWrite): void {
    const unique = write.changes.filter(({ index }) => index.unique);
    for (const { index, added } of unique)
      for (const key of added) {
        const own = this.ownerOf(index.id, key);
        const owner = own === 'unknown' ? ownerOf(reader, collection, { index, key, rid }) : own;
        if (owner !== undefined && owner !== rid) throw duplicateKey(collection, index, { doc: write.doc, key });
      }
    for (const { index, removed, added } of unique) {
      for (const key of removed) this.#keys.set(nameOf(index.id, key), undefined);
      for (const key of added) this.#keys.set(nameOf(index.id, key), rid);
    }
    const keys = write.changes.filter(({ index }) => index.id !== 0);
    this.#docs.set(rid, { bytes: write.bytes, changes: this.#docs.has(rid) ? undefined : keys });
  }

  /**
   * Brings everything into the file; of a document that was there, only the keys that it has no more or has now. All old
   * keys go before the new ones come, since documents may have swapped them.
   * @param seen - The collection as it was when this was written. What it says of keys holds at commit, too, for nobody else
   *   may have changed what was claimed; with other indexes, or where words are indexed, the documents are looked at again.
   */
  apply(writer: Connection, collection: Collection, seen: Collection | undefined): void {
    const asWritten = collection === seen && !collection.indexes.some(({ text }) => text);
    const coming: Coming[] = [];
    for (const [rid, { bytes, changes }] of this.#docs) {
      const change = asWritten && changes ? { changes } : lookAgain(writer, collection, { rid, bytes });
      writeKeys(writer, rid, change.changes.map(removedOnly));
      if (bytes) coming.push({ rid, bytes, ...change });
      else if (rid > 0) {
        if (change.before) writeText(writer, collection, rid, { before: change.before });
        deleteRow(writer, collection, rid);
      }
    }
    for (const { rid, bytes, changes, before, after } of coming) {
      const place = rid > 0 ? rid : insertNew(writer, collection, bytes);
      if (rid > 0) updateRow(writer, collection, rid, bytes);
      if (after) checkUnique(writer, collection, changes, { rid: place, after });
      writeKeys(writer, place, changes.map(addedOnly));
      if (after) writeText(writer, collection, place, { ...(before && { before }), after });
    }
  }
}

/** The documents are there where they were looked at again. */
type Change = { changes: readonly KeyChange[]; before?: Doc | undefined; after?: Doc | undefined };
type Coming = Change & { rid: number; bytes: Uint8Array };

function insertNew(writer: Connection, collection: Collection, bytes: Uint8Array): number {
  const id = decodeDoc(bytes, { only: onlyId });
  const rid = insertRow(writer, collection, idKey(id), bytes);
  if (rid === undefined) throw duplicateKey(collection, collection.indexes[0], { doc: id, key: idKey(id) });
  return rid;
}

function lookAgain(
  writer: Connection,
  collection: Collection,
  { rid, bytes }: { rid: number; bytes: Uint8Array | undefined },
): Change {
  const stored = rid > 0 ? fetchRow(writer, collection, rid) : undefined;
  const [before, after] = [stored && decodeDoc(stored.bytes), bytes && decodeDoc(bytes)];
  return { changes: keyChanges(collection, before, after), before, after };
}

const onlyId = new Set(['_id']);
const removedOnly = (change: KeyChange): KeyChange => ({ ...change, added: [], multikey: 0 });
const addedOnly = (change: KeyChange): KeyChange => ({ ...change, removed: [] });
const nameOf = (index: number, key: Uint8Array): string => `${index}/${Buffer.from(key).toString('latin1')}`;
