import type { Doc } from '../bson/value.ts';
import { notSupported } from './errors.ts';
import type { Filter } from './filter.ts';
import type { Sort } from './sort.ts';

export type PipelineEnv = {
  /** The documents of another collection of the same database, for `$lookup`; none when it does not exist. */
  collection(name: string): Iterable<Doc>;
  /** Throws MaxTimeMSExpired when the time is over. Called often. */
  deadline(): void;
  now: Date;
};

/** The stages at the start that an index can serve: filter, then sort, then skip, then limit. */
export type Head = { filter: Filter | undefined; sort: Sort | undefined; skip: number; limit: number | undefined };

export type Pipeline = {
  readonly head: Head;
  /** The top-level fields that the whole pipeline reads; `undefined` when it needs the documents whole. */
  readonly fields: ReadonlySet<string> | undefined;
  /** All stages. */
  run(source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc>;
  /** The stages behind the head, for a source to which the head was already applied. */
  runAfterHead(source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc>;
};

export function compilePipeline(stages: readonly Doc[]): Pipeline {
  throw notSupported(String(stages.length));
}
