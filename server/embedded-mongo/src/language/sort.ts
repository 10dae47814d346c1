import type { Doc, Value } from '../bson/value.ts';
import { notSupported } from './errors.ts';

export type SortField = { path: string; descending: boolean };

export type Sort = {
  readonly fields: readonly SortField[];
  /** The values that stand for a document in this order, one per field. Computed once per document. */
  key(doc: Doc): readonly (Value | undefined)[];
  compareKeys(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): number;
};

/** Compiles a sort specification; an empty one has no fields. */
export function compileSort(spec: Doc): Sort {
  throw notSupported([...spec.keys()].join());
}

/** Sorts documents, stably; of a long list with a limit only that many are kept in memory. */
export function sortDocs(docs: Iterable<Doc>, sort: Sort, limit = Number.POSITIVE_INFINITY): Doc[] {
  void limit;
  return [...docs].toSorted((a, b) => sort.compareKeys(sort.key(a), sort.key(b)));
}
