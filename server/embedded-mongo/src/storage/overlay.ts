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

/** What a transaction has done to one collection and not yet committed. New documents have negative row ids. */
export class Overlay {
  readonly #docs = new Map<number, Uint8Array | undefined>();
  /** Which document has a unique key now; undefined when the one that had it gave it back. */
  readonly #keys = new Map<string, number | undefined>();

  has(rid: number): boolean {
    return this.#docs.has(rid);
  }

  get(rid: number): Stored | undefined {
    const bytes = this.#docs.get(rid);
    return bytes && { rid, bytes };
  }

  *all(): Iterable<Stored> {
    for (const [rid, bytes] of this.#docs) if (bytes) yield { rid, bytes };
  }

  /** The row id under a unique key: nothing when it was given back, `unknown` when this says nothing about it. */
  ownerOf(index: number, key: Uint8Array): number | 'unknown' | undefined {
    const name = nameOf(index, key);
    return this.#keys.has(name) ? this.#keys.get(name) : 'unknown';
  }

  /** How many documents more there are, or fewer. */
  get growth(): number {
    let growth = 0;
    for (const [rid, bytes] of this.#docs) growth += (bytes ? 1 : 0) - (rid > 0 ? 1 : 0);
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
    this.#docs.set(rid, write.bytes);
  }

  /**
   * Brings everything into the file; of a document that was there, only the keys that it has no more or has now. All old
   * keys go before the new ones come, since documents may have swapped them.
   */
  apply(writer: Connection, collection: Collection): void {
    const coming: Coming[] = [];
    for (const [rid, bytes] of this.#docs) {
      const stored = rid > 0 ? fetchRow(writer, collection, rid) : undefined;
      const before = stored && decodeDoc(stored.bytes);
      const after = bytes && decodeDoc(bytes);
      const changes = keyChanges(collection, before, after);
      writeKeys(writer, rid, changes.map(removedOnly));
      if (after) coming.push({ rid, bytes, before, after, changes });
      else if (before) {
        writeText(writer, collection, rid, { before });
        deleteRow(writer, collection, rid);
      }
    }
    for (const { rid, bytes, before, after, changes } of coming) {
      const place = rid > 0 ? rid : insertRow(writer, collection, idKey(after), bytes);
      if (place === undefined) throw duplicateKey(collection, collection.indexes[0], { doc: after, key: idKey(after) });
      if (rid > 0) updateRow(writer, collection, rid, bytes);
      checkUnique(writer, collection, changes, { rid: place, after });
      writeKeys(writer, place, changes.map(addedOnly));
      writeText(writer, collection, place, { ...(before && { before }), after });
    }
  }
}

type Coming = { rid: number; bytes: Uint8Array; before: Doc | undefined; after: Doc; changes: readonly KeyChange[] };

const removedOnly = (change: KeyChange): KeyChange => ({ ...change, added: [], multikey: 0 });
const addedOnly = (change: KeyChange): KeyChange => ({ ...change, removed: [] });
const nameOf = (index: number, key: Uint8Array): string => `${index}/${Buffer.from(key).toString('latin1')}`;
