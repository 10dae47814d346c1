import { Buffer } from 'node:buffer';
import type { Doc, Value } from '../bson/value.ts';
import { MongoError } from '../language/errors.ts';
import { emptyArrayKey, encodeKey } from '../language/key.ts';
import type { Index } from './index-spec.ts';

/** The keys of one document in one index: none when a sparse or partial index leaves it out, several for arrays. */
export type DocumentKeys = {
  keys: readonly Uint8Array[];
  /** Bit n: field n met an array. */
  multikey: number;
};

const NO_KEYS: DocumentKeys = { keys: [], multikey: 0 };
const EMPTY_ARRAY = Symbol('an empty array, whose key lies below null');
type Part = Value | undefined | typeof EMPTY_ARRAY;

/** A field on its way to its value. One that arrived at `undefined` is missing. */
type Walk = { at: Part; rest: readonly string[]; arrived: boolean };

/**
 * The keys under which `index` holds `doc`, by MongoDB's rules: a missing field is null, an array gives one key per
 * element, and two fields may not run through different arrays (171).
 */
export function indexKeys(index: Index, doc: Doc): DocumentKeys {
  if (index.partial && !index.partial.matches(doc)) return NO_KEYS;
  const rows = expand(index, start(index, doc));
  const keys = rows.values.map((parts) => encodeParts(index, parts));
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey: rows.multikey };
}

/** The values that `doc` has under `key`, for the report of a duplicate. */
export function keyValue(index: Index, doc: Doc, key: Uint8Array): Doc {
  const rows = expand(index, start(index, doc)).values;
  const parts = rows.find((row) => Buffer.compare(encodeParts(index, row), key) === 0) ?? [];
  return new Map(index.fields.map(({ path }, n) => [path, valueOf(parts[n])]));
}

const start = (index: Index, doc: Doc): Walk[] => index.fields.map(({ path }) => walk(doc, path.split('.')));

/** Goes down the path until its end, an array, or nothing. */
function walk(from: Value | undefined, path: readonly string[]): Walk {
  let at = from;
  let done = 0;
  for (; done < path.length && at instanceof Map; done++) at = at.get(path[done] ?? '');
  const rest = path.slice(done);
  if (Array.isArray(at)) return { at, rest, arrived: false };
  return { at: rest.length > 0 ? undefined : at, rest: [], arrived: true };
}

function expand(index: Index, walks: readonly Walk[]): { values: Part[][]; multikey: number } {
  const array = walks.find((one) => !one.arrived)?.at;
  if (!Array.isArray(array)) {
    const absent = index.sparse && walks.every((one) => one.at === undefined);
    return { values: absent ? [] : [walks.map((one) => one.at)], multikey: 0 };
  }
  if (walks.some((one) => !one.arrived && one.at !== array))
    throw new MongoError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays');
  let multikey = 0;
  walks.forEach((one, n) => {
    if (!one.arrived) multikey |= 1 << n;
  });
  const values: Part[][] = [];
  for (const element of array.length > 0 ? array : ([EMPTY_ARRAY] as const)) {
    const inner = expand(
      index,
      walks.map((one) => (one.arrived ? one : enter(one, element))),
    );
    multikey |= inner.multikey;
    values.push(...inner.values);
  }
  return { values, multikey };
}

function enter(one: Walk, element: Part): Walk {
  if (one.rest.length === 0) return { at: element, rest: [], arrived: true };
  return walk(element instanceof Map ? element : undefined, one.rest);
}

function encodeParts(index: Index, parts: readonly Part[]): Uint8Array {
  const encoded = parts.map((part, n) => encodePart(part, index.fields[n]?.descending ?? false));
  return encoded.length === 1 && encoded[0] ? encoded[0] : Buffer.concat(encoded);
}

const encodePart = (part: Part, descending: boolean): Uint8Array =>
  part === EMPTY_ARRAY ? emptyArrayKey(descending) : encodeKey(part ?? null, descending);

const valueOf = (part: Part): Value => (part === EMPTY_ARRAY ? [] : (part ?? null));

function distinct(keys: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(keys.map((key) => [Buffer.from(key).toString('latin1'), key])).values()];
}
