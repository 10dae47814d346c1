import type { Doc } from '../bson/value.ts';
import type { TextSearch } from '../language/text.ts';
import type { Access, Stored } from './access.ts';
import type { Catalog, Collection } from './catalog.ts';
import { duplicateKey } from './duplicate-key.ts';
import type { Engine } from './engine.ts';
import type { Plan } from './plan.ts';
import {
  checkUnique,
  claimsOf,
  idKey,
  deleteRow,
  insertRow,
  keyChanges,
  updateRow,
  writeKeys,
  writeText,
  type KeyChange,
} from './rows.ts';
import { countRows, fetchRow, scan } from './scan.ts';
import { searchText, textIndex } from './text.ts';

/** Reads and writes the file itself, outside transactions. */
export class Direct implements Access {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get catalog(): Catalog {
    return this.#engine.catalog;
  }

  scan(collection: Collection, plan: Plan): Iterable<Stored> {
    return scan(this.#engine.writer, collection, plan);
  }

  fetch(collection: Collection, rid: number): Stored | undefined {
    return fetchRow(this.#engine.writer, collection, rid);
  }

  count(collection: Collection): number {
    return countRows(this.#engine.writer, collection);
  }

  ordered(): boolean {
    return true;
  }

  searchText(collection: Collection, search: TextSearch): ReadonlyMap<number, number> {
    return searchText(this.#engine.writer, textIndex(collection), search);
  }

  ensure(ns: string): Collection {
    if (!this.#engine.catalog.has(ns)) this.#engine.claims.write(ns);
    return this.#engine.ensure(ns);
  }

  insert(collection: Collection, doc: Doc, bytes: Uint8Array): void {
    const { writer } = this.#engine;
    const id = idKey(doc);
    const changes = keyChanges(collection, undefined, doc);
    this.#claim(collection, id, changes);
    const rid = insertRow(writer, collection, id, bytes);
    if (rid === undefined) throw duplicateKey(collection, collection.indexes[0], { doc, key: id });
    try {
      checkUnique(writer, collection, changes, { rid, after: doc });
    } catch (error) {
      deleteRow(writer, collection, rid);
      throw error;
    }
    writeKeys(writer, rid, changes);
    writeText(writer, collection, rid, { after: doc });
  }

  replace(collection: Collection, rid: number, change: { before: Doc; after: Doc; bytes: Uint8Array }): void {
    const { writer } = this.#engine;
    const changes = keyChanges(collection, change.before, change.after);
    this.#claim(collection, idKey(change.before), changes);
    checkUnique(writer, collection, changes, { rid, after: change.after });
    updateRow(writer, collection, rid, change.bytes);
    writeKeys(writer, rid, changes);
    writeText(writer, collection, rid, change);
  }

  remove(collection: Collection, rid: number, before: Doc): void {
    const { writer } = this.#engine;
    const changes = keyChanges(collection, before, undefined);
    this.#claim(collection, idKey(before), changes);
    deleteRow(writer, collection, rid);
    writeKeys(writer, rid, changes);
    writeText(writer, collection, rid, { before });
  }

  #claim(collection: Collection, id: Uint8Array, changes: readonly KeyChange[]): void {
    const { claims } = this.#engine;
    if (claims.watched) for (const what of claimsOf(collection, id, changes)) claims.write(what);
  }
}
