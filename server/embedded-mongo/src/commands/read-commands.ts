import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import type { Doc, Value } from '../bson/value.ts';
import { badValue } from '../language/errors.ts';
import type { Constants } from '../language/expression/expression.ts';
import { compileFilter, type Filter } from '../language/filter.ts';
import { encodeKey } from '../language/key.ts';
import { anyAtPath, queryPath } from '../language/path.ts';
import { compileProjection } from '../language/projection.ts';
import { replyDoc, type Args } from './args.ts';
import type { Commands } from './command.ts';
import { findStored, fullName, readSort, type Found, type Query } from './query.ts';
import { sortWithoutScore, splitTextScore } from './text-score.ts';

export const FIND_FIELDS = 'filter sort projection hint let skip limit batchSize singleBatch allowDiskUse'.split(' ');
const COUNT_FIELDS = 'query limit skip hint'.split(' ');
const DISTINCT_FIELDS = 'key query hint'.split(' ');

export const readCommands: Commands = {
  find: {
    fields: FIND_FIELDS,
    inTransaction: true,
    run(context) {
      const { args } = context;
      const ns = fullName(context);
      const query = findQuery(args, context.constants);
      const output = projected(args, context.constants);
      const documents = output(findStored(context, context.access.catalog.get(ns), query));
      return context.cursors.first(
        { ns, documents: documents[Symbol.iterator](), deadline: context.deadline, owner: context.transaction },
        { batchSize: args.count('batchSize'), singleBatch: args.boolean('singleBatch') },
      );
    },
  },
  count: {
    fields: COUNT_FIELDS,
    run(context) {
      const collection = context.access.catalog.get(fullName(context));
      const query = countQuery(context.args, context.constants);
      if (collection && isEverything(query)) return replyDoc({ n: context.access.count(collection) });
      let n = 0;
      for (const _ of findStored(context, collection, query)) n++;
      return replyDoc({ n });
    },
  },
  distinct: {
    fields: DISTINCT_FIELDS,
    inTransaction: true,
    run(context) {
      const collection = context.access.catalog.get(fullName(context));
      const key = context.args.string('key');
      const path = queryPath(key);
      const found = new Map<string, Value>();
      const add = (value: Value): void => {
        const name = encodeKey(value).toString('latin1');
        if (!found.has(name)) found.set(name, value);
      };
      const test = (value: Value | undefined): boolean => {
        if (Array.isArray(value)) value.forEach(add);
        else if (value !== undefined) add(value);
        return false;
      };
      const only = new Set([path.names[0] ?? '']);
      for (const { bytes } of findStored(context, collection, countQuery(context.args, context.constants)))
        anyAtPath(decodeDoc(bytes, { only }), { path, test, elements: false });
      return replyDoc({ values: [...found.values()] });
    },
  },
};

export function findQuery(args: Args, constants: Constants): Query {
  const filter = compileFilter(args.document('filter') ?? new Map(), { constants });
  const sort = readSort(sortWithoutScore(args.document('sort'), filter.text !== undefined));
  return {
    filter,
    sort,
    skip: args.count('skip') ?? 0,
    limit: args.count('limit') || undefined,
    hint: args.doc.get('hint'),
  };
}

function countQuery(args: Args, constants: Constants): Query {
  const filter: Filter = compileFilter(args.document('query') ?? new Map(), { constants });
  return { filter, skip: args.count('skip') ?? 0, limit: args.count('limit') || undefined, hint: args.doc.get('hint') };
}

const isEverything = ({ filter, skip, limit }: Query): boolean =>
  filter.fields?.size === 0 && !filter.text && !skip && !limit && filter.matches(new Map());

/** From what is stored to what the client gets, as BSON. Documents that stay as they are are not looked into. */
function projected(args: Args, constants: Constants): (found: Iterable<Found>) => Iterable<Uint8Array> {
  const { rest, names } = splitTextScore(args.document('projection'));
  const filter = args.document('filter') ?? new Map<string, Value>();
  if (names.length > 0 && !filter.has('$text'))
    throw badValue('query requires text score metadata, but it is not available');
  const project = rest && rest.size > 0 ? compileProjection(rest, { filter, constants }) : undefined;
  return function* output(found) {
    for (const { bytes, textScore } of found) {
      if (!project && names.length === 0) {
        yield bytes;
        continue;
      }
      const doc: Doc = project ? project(decodeDoc(bytes)) : decodeDoc(bytes);
      for (const name of names) doc.set(name, textScore ?? 0);
      yield encodeDoc(doc);
    }
  };
}
