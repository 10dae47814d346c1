import type { Doc } from '../bson/value.ts';
import type { TextSearch } from '../language/text.ts';
import type { Catalog, Collection } from './catalog.ts';
import type { Plan } from './plan.ts';

/** A document as it lies in the file. `rid` is its place in natural order; a transaction's own are negative. */
export type Stored = { rid: number; bytes: Uint8Array };

/** One command's way to the data: straight to the file, or through a transaction. */
export interface Access {
  readonly catalog: Catalog;
  /** Documents that may match, in the plan's order. Safe to leave for as long as one likes, and to write meanwhile. */
  scan(collection: Collection, plan: Plan): Iterable<Stored>;
  fetch(collection: Collection, rid: number): Stored | undefined;
  /** The document whose `_id` has this key. */
  byId(collection: Collection, key: Uint8Array): Stored | undefined;
  count(collection: Collection): number;
  /** Whether a scan through an index comes in the index's order. */
  ordered(collection: Collection): boolean;
  /** Row ids by text score, best first. */
  searchText(collection: Collection, search: TextSearch): ReadonlyMap<number, number>;
  /** The collection, made when it is missing, as a first insert does. */
  ensure(ns: string): Collection;
  /** These throw 11000 with keyPattern and keyValue, or a write conflict, having changed nothing. */
  insert(collection: Collection, doc: Doc, bytes: Uint8Array): void;
  replace(collection: Collection, rid: number, change: { before: Doc; after: Doc; bytes: Uint8Array }): void;
  remove(collection: Collection, rid: number, before: Doc): void;
}
