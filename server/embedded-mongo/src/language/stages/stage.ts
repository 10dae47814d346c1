import type { Doc, Value } from '../../bson/value.ts';
import type { Reading } from '../expression/expression.ts';

/** What stages need from outside. */
export type PipelineEnv = {
  /** The documents of another collection of the same database, for `$lookup`; none when it does not exist. */
  collection(name: string): Iterable<Doc>;
  /** Throws MaxTimeMSExpired when the time is over. Called often. */
  deadline(): void;
};

export type Stage = {
  run(source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc>;
  /** True when stages behind this one see only what it makes, so that no other fields of the source are needed. */
  narrows: boolean;
};

type StageContext = Reading & { name: string };

export type StageCompiler = (spec: Value, context: StageContext) => Stage;

const OFTEN = 256;

/** The documents, with a look at the clock now and then. */
export function* timed(source: Iterable<Doc>, env: PipelineEnv): Generator<Doc> {
  let n = 0;
  for (const doc of source) {
    if (n++ % OFTEN === 0) env.deadline();
    yield doc;
  }
}
