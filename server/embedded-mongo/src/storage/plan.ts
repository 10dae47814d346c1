import { Buffer } from 'node:buffer';
import type { Value } from '../bson/value.ts';
import type { Bound, Filter } from '../language/filter.ts';
import { afterPrefix, encodeKey, typeKeyRange } from '../language/key.ts';
import type { SortField } from '../language/sort.ts';
import type { Collection } from './catalog.ts';
import { holdsAllMatches } from './index-coverage.ts';
import type { Index } from './index-spec.ts';

/** Keys from `from` (inclusive) up to `to` (exclusive), in byte order. */
export type Interval = { from: Buffer; to: Buffer };

export type IndexPlan = {
  kind: 'index';
  index: Index;
  /** In ascending order, none overlapping. */
  intervals: readonly Interval[];
  backward: boolean;
  /** The documents come in the order that was asked for. */
  sorted: boolean;
};

/** How documents are found. An index may give documents that do not match; the filter is always asked again. */
export type Plan = { kind: 'natural'; backward: boolean } | IndexPlan;

export type Wish = {
  filter: Filter;
  sort: readonly SortField[];
  /** The index to use, whatever others there are. */
  hint?: Index | undefined;
};

type Bounds = ReadonlyMap<string, Bound>;

const NATURAL: Plan = { kind: 'natural', backward: false };
const MAX_INTERVALS = 500;
const LAST_KEY = Buffer.alloc(4, 0xff);
/** What a plan is worth: whole unique key, then equalities, then a range, then a sort that is spared. */
const WORTH = { uniqueKey: 100, equality: 10, list: 9, range: 6, sort: 5 };

/** Chooses the index that narrows most. */
export function planQuery(collection: Collection, wish: Wish): Plan {
  const bounds = wish.filter.bounds();
  if (wish.hint) return planIndex(wish.hint, bounds, wish.sort).plan;
  let best = NATURAL;
  let bestWorth = 0;
  if (bounds.size === 0 && wish.sort.length === 0) return best;
  for (const index of collection.indexes) {
    if (index.text || !holdsAllMatches(index, bounds)) continue;
    const { plan, worth } = planIndex(index, bounds, wish.sort);
    if (worth <= bestWorth) continue;
    best = plan;
    bestWorth = worth;
  }
  return best;
}

function planIndex(index: Index, bounds: Bounds, sort: readonly SortField[]): { plan: IndexPlan; worth: number } {
  let prefixes = [Buffer.alloc(0)];
  let at = 0;
  let fixed = 0;
  let worth = 0;
  for (; at < index.fields.length; at++) {
    const keys = pointKeys(index, at, bounds);
    if (!keys || keys.length * prefixes.length > MAX_INTERVALS) break;
    prefixes = prefixes.flatMap((prefix) => keys.map((key) => Buffer.concat([prefix, key])));
    if (keys.length === 1 && fixed === at) fixed++;
    worth += keys.length === 1 ? WORTH.equality : WORTH.list;
  }
  if (index.unique && at > 0 && at === index.fields.length) worth += WORTH.uniqueKey;
  const range = rangeKeys(index, at, bounds);
  if (range) worth += WORTH.range;
  const order = sortDirection(index, fixed, sort);
  if (order !== undefined) worth += WORTH.sort;
  const intervals = prefixes.map((prefix) =>
    range
      ? { from: Buffer.concat([prefix, range.from]), to: Buffer.concat([prefix, range.to]) }
      : { from: prefix, to: prefix.length > 0 ? afterPrefix(prefix) : LAST_KEY },
  );
  return { plan: { kind: 'index', index, intervals, backward: order === -1, sorted: order !== undefined }, worth };
}

/** The condition on field `at`, if this index may use it: of the fields with arrays only the first can be relied on. */
function boundAt(index: Index, at: number, bounds: Bounds): Bound | undefined {
  const field = index.fields[at];
  const earlierArrays = index.multikey & ((1 << at) - 1);
  if (!field || (isMultikey(index, at) && earlierArrays !== 0)) return undefined;
  return bounds.get(field.path);
}

const isMultikey = (index: Index, at: number): boolean => (index.multikey & (1 << at)) !== 0;

function pointKeys(index: Index, at: number, bounds: Bounds): Buffer[] | undefined {
  const bound = boundAt(index, at, bounds);
  const values: readonly Value[] | undefined = bound?.eq === undefined ? bound?.in : [bound.eq];
  // Null also means missing, and what is missing behind an array has not always a key.
  if (!values || (isMultikey(index, at) && values.includes(null))) return undefined;
  const sorted = values.map((value) => encodeKey(value, index.fields[at]?.descending)).toSorted((a, b) => a.compare(b));
  return sorted.filter((key, n) => n === 0 || !sorted[n - 1]?.equals(key));
}

function rangeKeys(index: Index, at: number, bounds: Bounds): Interval | undefined {
  const bound = boundAt(index, at, bounds);
  if (!bound) return undefined;
  const low = bound.gt ?? bound.gte;
  // One array element may be above the lower limit and another below the upper one: then only one limit counts.
  const high = isMultikey(index, at) && low !== undefined ? undefined : (bound.lt ?? bound.lte);
  const known = low ?? high;
  if (known === undefined) return undefined;
  const descending = index.fields[at]?.descending ?? false;
  const whole = typeKeyRange(known, descending);
  const key = (value: Value | undefined, otherwise: Buffer, beyond: boolean): Buffer => {
    if (value === undefined) return otherwise;
    const encoded = encodeKey(value, descending);
    return beyond ? afterPrefix(encoded) : encoded;
  };
  return descending
    ? { from: key(high, whole.from, bound.lt !== undefined), to: key(low, whole.to, bound.gt === undefined) }
    : { from: key(low, whole.from, bound.gt !== undefined), to: key(high, whole.to, bound.lt === undefined) };
}

/** 1 or -1 when the index, its first `fixed` fields held constant, runs in the order of `sort`. */
function sortDirection(index: Index, fixed: number, sort: readonly SortField[]): 1 | -1 | undefined {
  let at = 0;
  let direction: 1 | -1 | undefined;
  for (const wanted of sort) {
    const place = index.fields.findIndex((field) => field.path === wanted.path);
    if (place < 0 || isMultikey(index, place)) return undefined;
    if (place < fixed) continue;
    at = Math.max(at, fixed);
    const turn = index.fields[place]?.descending === wanted.descending ? 1 : -1;
    if (place !== at || (direction ?? turn) !== turn) return undefined;
    direction = turn;
    at++;
  }
  return sort.length > 0 ? (direction ?? 1) : undefined;
}
