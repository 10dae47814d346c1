import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import { toNumber, type Doc } from '../bson/value.ts';
import { failedToParse, location, notSupported } from '../language/errors.ts';
import type { Constants } from '../language/expression/expression.ts';
import { compileFilter } from '../language/filter.ts';
import { compilePipeline, type Pipeline } from '../language/pipeline.ts';
import type { Args } from './args.ts';
import type { Commands, Context } from './command.ts';
import { findStored, type Query } from './query.ts';

export const AGGREGATE_FIELDS = ['pipeline', 'cursor', 'allowDiskUse', 'hint', 'let', 'bypassDocumentValidation'];

export const aggregateCommands: Commands = {
  aggregate: {
    fields: AGGREGATE_FIELDS,
    inTransaction: true,
    run(context) {
      const { args } = context;
      const { ns, pipeline, query } = readAggregate(context.database, args, context.constants);
      const cursor = args.document('cursor');
      if (!cursor)
        throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
      const batchSize = toNumber(cursor.get('batchSize'));
      const collection = context.access.catalog.get(ns);
      const source = decoded(context, findStored(context, collection, query), pipeline.fields);
      const output = pipeline.runAfterHead(source, {
        collection: (name) => wholeCollection(context, name),
        deadline: context.deadline.checkNow,
      });
      const documents = encoded(output);
      return context.cursors.first(
        { ns, documents: documents[Symbol.iterator](), deadline: context.deadline, owner: context.transaction },
        { batchSize },
      );
    },
  },
};

/** The pipeline, and the query at its head that an index can serve. */
export function readAggregate(
  database: string,
  args: Args,
  constants: Constants,
): { ns: string; pipeline: Pipeline; query: Query } {
  const stages = args.documents('pipeline') ?? [];
  if (stages[0]?.has('$changeStream'))
    throw location(40573, 'The $changeStream stage is not supported by the embedded database');
  if (typeof args.doc.get('aggregate') !== 'string') throw notSupported('An aggregation over a whole database');
  const ns = `${database}.${args.string('aggregate')}`;
  const pipeline = compilePipeline(stages, { constants });
  const { filter, sort, skip, limit } = pipeline.head;
  const query = { filter: filter ?? compileFilter(new Map()), sort, skip, limit, hint: args.doc.get('hint') };
  return { ns, pipeline, query };
}

function wholeCollection(context: Context, name: string): Iterable<Doc> {
  const collection = context.access.catalog.get(`${context.database}.${name}`);
  return decoded(context, findStored(context, collection, { filter: compileFilter(new Map()) }), undefined);
}

function* decoded(
  context: Context,
  found: ReturnType<typeof findStored>,
  only: ReadonlySet<string> | undefined,
): Iterable<Doc> {
  for (const { bytes } of found) {
    context.deadline.check();
    yield decodeDoc(bytes, { only });
  }
}

function* encoded(docs: Iterable<Doc>): Iterable<Uint8Array> {
  for (const doc of docs) yield encodeDoc(doc);
}
