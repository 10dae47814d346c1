import type { Doc } from '../bson/value.ts';
import { notSupported } from '../language/errors.ts';
import type { TextSearch } from '../language/text.ts';
import type { Access, Stored } from './access.ts';
import { newCollection, withCollection, type Catalog, type Collection } from './catalog.ts';
import { writeConflict, type Claimant } from './claims.ts';
import type { Connection } from './connection.ts';
import { checkNamespace, type Engine } from './engine.ts';
import { buildIndex } from './index-build.ts';
import { Overlay, type OverlayWrite } from './overlay.ts';
import type { Plan } from './plan.ts';
import { claimsOf, idKey, keyChanges, type KeyChange } from './rows.ts';
import { countRows, fetchRow, findById, scan } from './scan.ts';
import { searchText, textIndex } from './text.ts';

/**
 * A transaction reads from a snapshot, through a connection of its own, and keeps its writes in memory until it commits.
 * Nobody waits for it here: who changes what it has changed, or the other way round, meets a write conflict.
 */
export class Transaction implements Access, Claimant {
  readonly began: number;
  catalog: Catalog;
  readonly #engine: Engine;
  readonly #reader: Connection;
  readonly #overlays = new Map<string, Overlay>();
  readonly #created = new Set<string>();
  #lastRid = 0;

  private constructor(engine: Engine, began: number) {
    this.began = began;
    this.#engine = engine;
    this.catalog = engine.catalog;
    this.#reader = engine.file.snapshot();
  }

  static begin(engine: Engine): Transaction {
    engine.journal.flush(); // what is not committed yet would be neither in the snapshot nor a conflict
    return engine.claims.begin((began) => new Transaction(engine, began));
  }

  *scan(collection: Collection, plan: Plan): Iterable<Stored> {
    const overlay = this.#overlays.get(collection.ns);
    if (collection.id !== 0)
      for (const stored of scan(this.#reader, collection, plan)) {
        const changed = overlay?.get(stored.rid);
        if (!overlay?.has(stored.rid)) yield stored;
        else if (changed && plan.kind === 'natural') yield changed;
      }
    // A changed document may have come into the range of an index scan, so all of them are candidates.
    for (const changed of overlay?.all() ?? []) if (changed.rid < 0 || plan.kind === 'index') yield changed;
  }

  fetch(collection: Collection, rid: number): Stored | undefined {
    const overlay = this.#overlays.get(collection.ns);
    return overlay?.has(rid) ? overlay.get(rid) : fetchRow(this.#reader, collection, rid);
  }

  byId(collection: Collection, key: Uint8Array): Stored | undefined {
    const overlay = this.#overlays.get(collection.ns);
    const own = overlay ? overlay.ownerOf(collection.indexes[0].id, key) : 'unknown';
    if (own !== 'unknown') return own === undefined ? undefined : overlay?.get(own);
    const stored = collection.id === 0 ? undefined : findById(this.#reader, collection, key);
    return stored && overlay?.has(stored.rid) ? overlay.get(stored.rid) : stored;
  }

  count(collection: Collection): number {
    const stored = collection.id === 0 ? 0 : countRows(this.#reader, collection);
    return stored + (this.#overlays.get(collection.ns)?.growth ?? 0);
  }

  ordered(collection: Collection): boolean {
    return !this.#overlays.has(collection.ns);
  }

  searchText(collection: Collection, search: TextSearch): ReadonlyMap<number, number> {
    const index = textIndex(collection);
    if (this.#overlays.has(collection.ns) || collection.id === 0)
      throw notSupported('$text in a transaction that has written to the same collection');
    return searchText(this.#reader, index, search);
  }

  ensure(ns: string): Collection {
    const known = this.catalog.get(ns);
    if (known) return known;
    this.#engine.claims.claim(checkNamespace(ns), this);
    if (this.#engine.catalog.has(ns)) throw writeConflict(); // made by another since this transaction began
    this.#created.add(ns);
    return this.put(newCollection(ns));
  }

  /** Puts a collection that this transaction has made, with its indexes, into the transaction's view. */
  put(collection: Collection): Collection {
    this.catalog = withCollection(this.catalog, collection);
    return collection;
  }

  insert(collection: Collection, doc: Doc, bytes: Uint8Array): void {
    const added = [idKey(doc)];
    const own: KeyChange = { index: collection.indexes[0], removed: [], added, multikey: 0 };
    const changes = [own, ...keyChanges(collection, undefined, doc)];
    this.#write(collection, --this.#lastRid, { changes, doc, bytes });
  }

  replace(collection: Collection, rid: number, change: { before: Doc; after: Doc; bytes: Uint8Array }): void {
    const changes = keyChanges(collection, change.before, change.after);
    this.#write(collection, rid, { changes, doc: change.after, bytes: change.bytes });
  }

  remove(collection: Collection, rid: number, before: Doc): void {
    const removed = [idKey(before)];
    const own: KeyChange = { index: collection.indexes[0], removed, added: [], multikey: 0 };
    const changes = [own, ...keyChanges(collection, before, undefined)];
    this.#write(collection, rid, { changes, doc: before, bytes: undefined });
  }

  /** Brings everything into the file. Runs inside `journal.write`; `end` follows. */
  commit(): void {
    for (const ns of this.#created) {
      this.#engine.ensure(ns);
      for (const index of this.catalog.get(ns)?.indexes.slice(1) ?? []) buildIndex(this.#engine, ns, index);
    }
    for (const [ns, overlay] of this.#overlays) {
      const collection = this.#engine.catalog.get(ns);
      const known = this.catalog.get(ns);
      if (!collection || (known && known.id !== 0 && known.id !== collection.id)) throw writeConflict(); // dropped meanwhile
      overlay.apply(this.#engine.writer, collection, known);
    }
  }

  end(outcome: 'committed' | 'aborted'): void {
    this.#engine.claims.end(this, outcome);
    this.#engine.file.release(this.#reader);
  }

  #write(collection: Collection, rid: number, write: OverlayWrite): void {
    for (const what of claimsOf(collection, idKey(write.doc), write.changes)) this.#engine.claims.claim(what, this);
    const overlay = this.#overlays.get(collection.ns) ?? new Overlay();
    overlay.write(this.#reader, collection, rid, write);
    this.#overlays.set(collection.ns, overlay);
  }
}
