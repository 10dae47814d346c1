import { location, notSupported } from '../language/errors.ts';
import { compileFilter } from '../language/filter.ts';
import { compilePipeline, type Pipeline } from '../language/pipeline.ts';
import type { Args } from './args.ts';
import type { Query } from './query.ts';

export const AGGREGATE_FIELDS = ['pipeline', 'cursor', 'allowDiskUse', 'hint', 'explain', 'bypassDocumentValidation'];

/** The pipeline, and the query at its head that an index can serve. */
export function readAggregate(
  database: string,
  args: Args,
  now: Date,
): { ns: string; pipeline: Pipeline; query: Query } {
  const stages = args.documents('pipeline') ?? [];
  if (stages[0]?.has('$changeStream'))
    throw location(40573, 'The $changeStream stage is not supported by the embedded database');
  if (typeof args.doc.get('aggregate') !== 'string') throw notSupported('An aggregation over a whole database');
  const ns = `${database}.${args.string('aggregate')}`;
  const pipeline = compilePipeline(stages, { now });
  const { filter, sort, skip, limit } = pipeline.head;
  const query = { filter: filter ?? compileFilter(new Map()), sort, skip, limit, hint: args.doc.get('hint') };
  return { ns, pipeline, query };
}
