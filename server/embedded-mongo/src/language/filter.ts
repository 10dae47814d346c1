import type { Doc, Value } from '../bson/value.ts';
import { notSupported } from './errors.ts';
import type { TextSearch } from './text.ts';

/** Filled by a match: the index of the array element that an update's positional `$` stands for. */
export type Position = { index: number | undefined };

/** What a conjunctive part of a filter asks of one path. All given parts hold, but on a multikey path not for the same element. */
export type Bound = { eq?: Value; in?: readonly Value[]; gt?: Value; gte?: Value; lt?: Value; lte?: Value };

export type Filter = {
  matches(doc: Doc, position?: Position): boolean;
  /**
   * Conditions that every matching document meets, for index planning; a superset of the matches, never exact. Values
   * are never arrays, null, or of a type without index keys. Where some document has an array on the path, only one
   * of the conditions may be used at a time.
   */
  bounds(): ReadonlyMap<string, Bound>;
  /** Set when the filter has `$text`, which `matches` takes as met: the documents must come from the text index. */
  readonly text: TextSearch | undefined;
  /** The top-level fields that `matches` reads; `undefined` when it reads the whole document. */
  readonly fields: ReadonlySet<string> | undefined;
};

export type FilterOptions = { now?: Date };

/** Compiles a query filter once, to match many documents. @throws MongoError for what MongoDB refuses or this engine does not know. */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Filter {
  void options;
  throw notSupported([...filter.keys()].join());
}
