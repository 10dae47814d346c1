import { toNumber, type Doc, type Value } from '../bson/value.ts';
import { compareValues } from './compare.ts';
import { badValue, location } from './errors.ts';
import { fieldPath } from './expression/expression.ts';
import { arrayIndex } from './path.ts';

export type SortField = { path: string; descending: boolean };

/** The values that stand for a document in an order; `undefined` is an empty array's, below null. */
export type SortKey = readonly (Value | undefined)[];

export type Sort = {
  readonly fields: readonly SortField[];
  /** Computed once per document. @throws MongoError 2 when two fields run through different arrays. */
  key(doc: Doc): SortKey;
  compareKeys(a: SortKey, b: SortKey): number;
};

/** Compiles a sort specification; an empty one has no fields. @throws MongoError 15974, 15975 and those of paths. */
export function compileSort(spec: Doc): Sort {
  const fields = [...spec].map(([path, direction]) => ({
    path,
    names: fieldPath(path),
    sign: sortSign(path, direction),
  }));
  const compareKeys = (a: SortKey, b: SortKey): number => {
    for (let n = 0; n < fields.length; n++) {
      const compared = compareValues(a[n], b[n]);
      if (compared !== 0) return compared * (fields[n]?.sign ?? 1);
    }
    return 0;
  };
  return {
    fields: fields.map(({ path, sign }) => ({ path, descending: sign < 0 })),
    compareKeys,
    key(doc) {
      let least: SortKey | undefined;
      for (const key of expand(fields.map(({ names }) => walk(doc, names))))
        if (!least || compareKeys(key, least) < 0) least = key;
      return least ?? [];
    },
  };
}

function sortSign(path: string, direction: Value): number {
  const number = toNumber(direction);
  if (number === undefined) throw location(15974, `Illegal key in $sort specification: ${path}`);
  if (number !== 1 && number !== -1)
    throw location(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  return number;
}

/** Sorts documents, stably. With a limit no more than about twice as many are held. */
export function sortDocs(docs: Iterable<Doc>, sort: Sort, limit = Number.POSITIVE_INFINITY): Doc[] {
  let entries: { key: SortKey; doc: Doc }[] = [];
  const cut = () => {
    entries.sort((a, b) => sort.compareKeys(a.key, b.key));
    if (entries.length > limit) entries = entries.slice(0, limit);
  };
  for (const doc of docs) {
    entries.push({ key: sort.key(doc), doc });
    if (entries.length > 2 * limit + 100) cut();
  }
  cut();
  return entries.map(({ doc }) => doc);
}

/** A field on its way down a path: it has arrived at a value, or stands before an array that has to be spread. */
type Walk = { value: Value | undefined; array?: Value[]; rest: readonly string[] };

function walk(from: Value | undefined, path: readonly string[]): Walk {
  let value = from;
  let n = 0;
  for (; n < path.length; n++) {
    const name = path[n] ?? '';
    if (value instanceof Map) value = value.get(name);
    else if (Array.isArray(value) && n > 0 && arrayIndex(name) in value) value = value[arrayIndex(name)];
    else break;
  }
  if (Array.isArray(value)) return { value, array: value, rest: path.slice(n) };
  return { value: n < path.length || value === undefined ? null : value, rest: [] };
}

/** All keys of a document. Fields that run through the same array are spread over it together. */
function expand(walks: readonly Walk[]): SortKey[] {
  const spread = walks.find(({ array }) => array !== undefined);
  if (!spread?.array) return [walks.map(({ value }) => value)];
  if (walks.some(({ array }) => array !== undefined && array !== spread.array))
    throw badValue('cannot sort with keys that are parallel arrays');
  if (spread.array.length === 0)
    return [walks.map(({ value, array, rest }) => (!array ? value : rest.length === 0 ? undefined : null))];
  return spread.array.flatMap((element) => expand(walks.map((one) => (one.array ? stepInto(element, one.rest) : one))));
}

function stepInto(element: Value, rest: readonly string[]): Walk {
  if (rest.length === 0) return { value: element, rest };
  return element instanceof Map ? walk(element, rest) : { value: null, rest: [] };
}
