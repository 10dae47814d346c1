import type { Doc, Value } from '../bson/value.ts';

/** Filled by a match: the index of the array element that an update's positional `$` stands for. */
export type Position = { index: number | undefined };

/** A condition on one value; `undefined` is a missing one. Those that look into arrays themselves fill `position`. */
export type Test = (value: Value | undefined, position?: Position) => boolean;

/** A dotted path as a query walks it. */
export type QueryPath = {
  names: readonly string[];
  /** For each name the array index that it can also mean, or -1. */
  indexes: readonly number[];
};

export function queryPath(path: string): QueryPath {
  const names = path.split('.');
  return { names, indexes: names.map(arrayIndex) };
}

/** The array index a name stands for, or -1. */
export const arrayIndex = (name: string): number => (/^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1);

export type Walk = {
  path: QueryPath;
  test: Test;
  /** Whether an array at the end of the path is also tested element by element (before it is tested itself). */
  elements: boolean;
};

/**
 * Whether any value at the path passes the test. Arrays on the way are walked through element by element; a name that
 * is a number also means that element. Scalars inside such arrays give no value, not even a missing one.
 */
export function anyAtPath(doc: Doc, walk: Walk, position?: Position): boolean {
  const { names } = walk.path;
  if (names.length > 1) return anyFrom(doc, 0, walk, position);
  const value = doc.get(names[0] ?? '');
  return Array.isArray(value) ? anyInArray(value, 1, walk, position) : walk.test(value, position);
}

function anyFrom(doc: Doc, from: number, walk: Walk, position: Position | undefined): boolean {
  const { names } = walk.path;
  let at: Doc = doc;
  for (let n = from; ;) {
    const value = at.get(names[n] ?? '');
    n++;
    if (Array.isArray(value)) return anyInArray(value, n, walk, position);
    if (n === names.length) return walk.test(value, position);
    if (!(value instanceof Map)) return walk.test(undefined, position);
    at = value;
  }
}

function anyInArray(array: Value[], next: number, walk: Walk, position: Position | undefined): boolean {
  const { names, indexes } = walk.path;
  if (next === names.length) {
    if (walk.elements) for (let n = 0; n < array.length; n++) if (walk.test(array[n])) return found(position, n);
    return walk.test(array, position);
  }
  const wanted = indexes[next] ?? -1;
  for (let n = 0; n < array.length; n++) {
    const element = array[n];
    if (element instanceof Map && anyFrom(element, next, walk, position)) return found(position, n);
    if (n === wanted && anyAtIndex(element, next + 1, walk, position)) return true;
  }
  return false;
}

/** The path named this element by its number; the element itself is not walked through when the path ends here. */
function anyAtIndex(element: Value | undefined, next: number, walk: Walk, position: Position | undefined): boolean {
  if (next === walk.path.names.length) return walk.test(element, position);
  if (element instanceof Map) return anyFrom(element, next, walk, position);
  return Array.isArray(element) && anyInArray(element, next, walk, position);
}

function found(position: Position | undefined, index: number): true {
  if (position) position.index = index;
  return true;
}
