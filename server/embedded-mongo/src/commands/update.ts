import { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import type { Doc, Value } from '../bson/value.ts';
import { failedToParse } from '../language/errors.ts';
import { compileFilter, type Filter, type Position } from '../language/filter.ts';
import type { Sort } from '../language/sort.ts';
import { compileUpdate, type Update } from '../language/update.ts';
import type { Stored } from '../storage/access.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Context } from './command.ts';
import { readyToInsert, readyToReplace } from './documents.ts';
import { keyFields, union } from '../storage/rows.ts';
import { findStored, type Query } from './query.ts';

/** One update statement, of `update` or of `findAndModify`. */
export type UpdateStatement = {
  query: Doc;
  update: Doc | readonly Doc[];
  arrayFilters: readonly Doc[] | undefined;
  upsert: boolean;
  multi: boolean;
  sort?: Sort | undefined;
  hint: Value | undefined;
  /** Whether the documents are wanted, as they were and as they are. */
  answers: boolean;
};

export type UpdateOutcome = {
  matched: number;
  modified: number;
  /** The `_id` of what an upsert inserted. */
  upserted?: Value;
  /** Where they are wanted: the document as it was and as it is. */
  before?: Doc;
  after?: Doc;
};

export function runUpdate(context: Context, ns: string, statement: UpdateStatement): UpdateOutcome {
  const filter = compileFilter(statement.query, { constants: context.constants });
  const update = compileUpdate(statement.update, {
    constants: context.constants,
    ...(statement.arrayFilters ? { arrayFilters: statement.arrayFilters } : {}),
    ...(statement.upsert ? { upsertFrom: statement.query } : {}),
  });
  if (statement.multi && update.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  const collection = context.access.catalog.get(ns);
  const query = { filter, sort: statement.sort, hint: statement.hint, limit: statement.multi ? undefined : 1 };
  const outcome: UpdateOutcome = { matched: 0, modified: 0 };
  if (collection) {
    // What nothing reads stays as it is, in bytes.
    const only = statement.answers ? undefined : union([filter.fields, update.fields, keyFields(collection)]);
    for (const stored of toChange(context, collection, query)) {
      context.deadline.check();
      outcome.matched++;
      const change = changeOne(context, collection, { stored, only, filter, update });
      if (change.modified) outcome.modified++;
      if (statement.answers) Object.assign(outcome, { before: change.before, after: change.after });
    }
  }
  if (outcome.matched > 0 || !statement.upsert) return outcome;
  const after = upsert(context, ns, update);
  return { ...outcome, upserted: after.get('_id') ?? null, after };
}

/** Of many the row ids first: an update may move a document to where the scan would meet it again. */
function* toChange(context: Context, collection: Collection, query: Query): Iterable<Stored> {
  if (query.limit === 1) {
    const [first] = findStored(context, collection, query);
    if (first) yield first;
    return;
  }
  const rids = [...findStored(context, collection, query)].map((found) => found.rid);
  for (const rid of rids) {
    const stored = context.access.fetch(collection, rid);
    if (stored) yield stored;
  }
}

type Change = { stored: Stored; only: ReadonlySet<string> | undefined; filter: Filter; update: Update };

function changeOne(
  context: Context,
  collection: Collection,
  { stored, only, filter, update }: Change,
): { before: Doc; after: Doc; modified: boolean } {
  const before = decodeDoc(stored.bytes, { only, keepOthers: true });
  const position: Position = { index: undefined };
  filter.matches(before, position);
  const changed = update.apply(before, { matchedIndex: position.index, inserting: false, now: context.now });
  const { doc: after, bytes } = readyToReplace(changed);
  const modified = Buffer.compare(bytes, stored.bytes) !== 0;
  if (modified) context.access.replace(collection, stored.rid, { before, after, bytes });
  return { before, after, modified };
}

function upsert(context: Context, ns: string, update: Update): Doc {
  const fresh = update.apply(new Map(), { inserting: true, now: context.now });
  const { doc, bytes } = readyToInsert(fresh, context.now);
  context.access.insert(context.access.ensure(ns), doc, bytes);
  return doc;
}
