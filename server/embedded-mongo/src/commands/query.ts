import { decodeDoc } from '../bson/decode.ts';
import type { Doc, Value } from '../bson/value.ts';
import { badValue } from '../language/errors.ts';
import type { Filter } from '../language/filter.ts';
import { encodeKey } from '../language/key.ts';
import { compileSort, type Sort } from '../language/sort.ts';
import type { Stored } from '../storage/access.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Index } from '../storage/index-spec.ts';
import { planQuery, type Plan } from '../storage/plan.ts';
import type { Context } from './command.ts';

/** What is looked for, as `find`, the writes and the head of an aggregation have it. */
export type Query = {
  filter: Filter;
  sort?: Sort | undefined;
  skip?: number;
  limit?: number | undefined;
  /** An index by name or key pattern, or `{$natural: ±1}`. */
  hint?: Value | undefined;
};

/** `textScore` is set for a `$text` search. */
export type Found = Stored & { textScore?: number | undefined };

/** The documents of a collection that a query finds, in its order; none when the collection does not exist. */
export function* findStored(context: Context, collection: Collection | undefined, query: Query): Iterable<Found> {
  if (!collection || query.limit === 0) return;
  const { id, onlyId, text, fields, matches: isMatch } = query.filter;
  if (id !== undefined && !text && query.hint === undefined && !query.skip) {
    const stored = context.access.byId(collection, encodeKey(id));
    if (stored && (onlyId || isMatch(decodeDoc(stored.bytes, { only: fields })))) yield stored;
    return;
  }
  const matches = matching(context, collection, query);
  const last = (query.skip ?? 0) + (query.limit ?? Number.POSITIVE_INFINITY);
  const ordered =
    matches.sorted || !query.sort
      ? matches.found
      : sortFound(context, collection, { query, last, found: matches.found });
  let n = 0;
  for (const found of ordered) {
    if (n++ >= (query.skip ?? 0)) yield found;
    if (n >= last) return;
  }
}

/** How the query would be answered, for `explain` and for the query itself. */
export function planOf(context: Context, collection: Collection, query: Query): Plan {
  const hint = hintedIndex(collection, query.hint);
  if (hint === 'forward' || hint === 'backward') return { kind: 'natural', backward: hint === 'backward' };
  const plan = planQuery(collection, { filter: query.filter, sort: query.sort?.fields ?? [], hint });
  return plan.kind === 'index' && !context.access.ordered(collection) ? { ...plan, sorted: false } : plan;
}

function matching(context: Context, collection: Collection, query: Query): { found: Iterable<Found>; sorted: boolean } {
  if (query.filter.text) return { found: textMatches(context, collection, query.filter), sorted: false };
  const plan = planOf(context, collection, query);
  return {
    found: scanMatches(context, collection, { plan, filter: query.filter }),
    sorted: plan.kind === 'index' && plan.sorted,
  };
}

function* scanMatches(context: Context, collection: Collection, by: { plan: Plan; filter: Filter }): Iterable<Found> {
  const { fields } = by.filter;
  const everything = fields?.size === 0 ? by.filter.matches(new Map()) : undefined; // it reads no field: one answer for all
  if (everything === false) return;
  for (const stored of context.access.scan(collection, by.plan)) {
    context.deadline.check();
    if (everything || by.filter.matches(decodeDoc(stored.bytes, { only: fields }))) yield stored;
  }
}

function* textMatches(context: Context, collection: Collection, filter: Filter): Iterable<Found> {
  if (!filter.text) return;
  for (const [rid, textScore] of context.access.searchText(collection, filter.text)) {
    context.deadline.check();
    const stored = context.access.fetch(collection, rid);
    if (stored && filter.matches(decodeDoc(stored.bytes))) yield { ...stored, textScore };
  }
}

type SortKey = ReturnType<Sort['key']>;

/** Sorts keys and row ids only; the documents are read again as they are wanted. */
function* sortFound(
  context: Context,
  collection: Collection,
  work: { query: Query; last: number; found: Iterable<Found> },
): Iterable<Found> {
  const { sort } = work.query;
  if (!sort) return;
  const only = new Set(sort.fields.map((field) => field.path.split('.', 1)[0] ?? ''));
  const compare = (a: { key: SortKey }, b: { key: SortKey }): number => sort.compareKeys(a.key, b.key);
  let kept: { key: SortKey; rid: number; textScore?: number | undefined }[] = [];
  for (const { rid, bytes, textScore } of work.found) {
    kept.push({ key: sort.key(decodeDoc(bytes, { only })), rid, textScore });
    if (kept.length > 2 * work.last + 1000) kept = kept.toSorted(compare).slice(0, work.last);
  }
  for (const { rid, textScore } of kept.toSorted(compare)) {
    context.deadline.check();
    const stored = context.access.fetch(collection, rid);
    if (stored) yield { ...stored, textScore };
  }
}

/** A sort that has fields, or nothing. */
export function readSort(spec: Doc | undefined): Sort | undefined {
  return spec && spec.size > 0 ? compileSort(spec) : undefined;
}

function hintedIndex(collection: Collection, hint: Value | undefined): Index | 'forward' | 'backward' | undefined {
  if (hint === undefined || hint === null || (hint instanceof Map && hint.size === 0)) return undefined;
  if (hint instanceof Map && hint.has('$natural')) return Number(hint.get('$natural')) < 0 ? 'backward' : 'forward';
  const index = collection.indexes.find((one) => (typeof hint === 'string' ? one.name === hint : sameKey(one, hint)));
  if (!index || index.text)
    throw badValue(
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  return index;
}

function sameKey(index: Index, hint: Value): boolean {
  const key = index.spec.get('key');
  return (
    hint instanceof Map && key instanceof Map && String([...key].map(fieldText)) === String([...hint].map(fieldText))
  );
}

const fieldText = ([path, direction]: [string, Value]): string =>
  `${path}:${typeof direction === 'string' ? direction : Number((direction as { value?: number }).value ?? direction)}`;

export const fullName = (context: Context): string => `${context.database}.${context.args.string(context.name)}`;
