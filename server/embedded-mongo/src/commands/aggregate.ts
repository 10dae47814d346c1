import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import { toNumber, type Doc } from '../bson/value.ts';
import { failedToParse } from '../language/errors.ts';
import { compileFilter } from '../language/filter.ts';
import { AGGREGATE_FIELDS, readAggregate } from './aggregate-query.ts';
import type { Commands, Context } from './command.ts';
import { explain } from './explain.ts';
import { findStored } from './query.ts';

export const aggregateCommands: Commands = {
  aggregate: {
    fields: AGGREGATE_FIELDS,
    inTransaction: true,
    run(context) {
      const { args } = context;
      if (args.boolean('explain')) return explain(context, args.doc);
      const { ns, pipeline, query } = readAggregate(context.database, args, context.now);
      const cursor = args.document('cursor');
      if (!cursor)
        throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
      const batchSize = toNumber(cursor.get('batchSize'));
      const collection = context.access.catalog.get(ns);
      const source = decoded(context, findStored(context, collection, query), pipeline.fields);
      const output = pipeline.runAfterHead(source, {
        collection: (name) => wholeCollection(context, name),
        deadline: context.deadline.checkNow,
        now: context.now,
      });
      const documents = encoded(output);
      return context.cursors.first(
        { ns, documents: documents[Symbol.iterator](), deadline: context.deadline, owner: context.transaction },
        { batchSize },
      );
    },
  },
};

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
