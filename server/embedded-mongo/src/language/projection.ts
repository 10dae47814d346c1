import type { Doc } from '../bson/value.ts';
import { notSupported } from './errors.ts';

export type ProjectionOptions = {
  /** The query of the same command, for the positional `path.$`. */
  filter?: Doc;
  now?: Date;
};

/** Compiles the projection of `find` and `findAndModify`. */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): (doc: Doc) => Doc {
  void options;
  throw notSupported([...spec.keys()].join());
}
