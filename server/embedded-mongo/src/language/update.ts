import type { Doc } from '../bson/value.ts';
import { notSupported } from './errors.ts';

export type UpdateOptions = {
  arrayFilters?: readonly Doc[];
  /** The query of an upsert: its equalities are where an inserted document starts from. */
  upsertFrom?: Doc;
};

export type ApplyOptions = {
  /** What `Filter.matches` reported, for the positional `$`. */
  matchedIndex?: number | undefined;
  /** An upsert that inserts: `doc` is ignored, the result starts from `upsertFrom` and may lack an `_id`. */
  inserting: boolean;
  now: Date;
};

export type Update = {
  readonly kind: 'operators' | 'replacement' | 'pipeline';
  /** A new document; the given one stays as it is. */
  apply(doc: Doc, options: ApplyOptions): Doc;
};

/** Compiles operators, a replacement document, or a pipeline. */
export function compileUpdate(update: Doc | readonly Doc[], options: UpdateOptions = {}): Update {
  void options;
  throw notSupported(String(update));
}
