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
import { countRows, fetchRow, findById, scan } from './scan.ts';
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

  byId(collection: Collection, key: Uint8Array): Stored | undefined {
    return findById(this.#engine.writer, collection, key);
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
    const { catalog, claims } = this.#engine;
    if (!catalog.has(ns)) claims.check([ns]);
    return this.#engine.ensure(ns);
  }

  insert(collection: Collection, doc: Doc, bytes: Uint8Array): void {
    const { writer } = this.#engine;
    const id = idKey(doc);
    const changes = keyChanges(collection, undefined, doc);
    const claims = this.#check(collection, id, changes);
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
    this.#engine.claims.wrote(claims);
  }

  replace(collection: Collection, rid: number, change: { before: Doc; after: Doc; bytes: Uint8Array }): void {
    const { writer } = this.#engine;
    const changes = keyChanges(collection, change.before, change.after);
    const claims = this.#check(collection, idKey(change.before), changes);
    checkUnique(writer, collection, changes, { rid, after: change.after });
    updateRow(writer, collection, rid, change.bytes);
    writeKeys(writer, rid, changes);
    writeText(writer, collection, rid, change);
    this.#engine.claims.wrote(claims);
  }

  remove(collection: Collection, rid: number, before: Doc): void {
    const { writer } = this.#engine;
    const changes = keyChanges(collection, before, undefined);
    const claims = this.#check(collection, idKey(before), changes);
    deleteRow(writer, collection, rid);
    writeKeys(writer, rid, changes);
    writeText(writer, collection, rid, { before });
    this.#engine.claims.wrote(claims);
  }

  /** What this write claims, while there are transactions. Throws a write conflict. */
  #check(collection: Collection, id: Uint8Array, changes: readonly KeyChange[]): readonly string[] {
    const { claims } = this.#engine;
    if (!claims.watched) return [];
    const wanted = claimsOf(collection, id, changes);
    claims.check(wanted);
    return wanted;
  }
}
