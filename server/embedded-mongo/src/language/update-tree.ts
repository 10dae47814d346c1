import type { Doc, Value } from '../bson/value.ts';
import { badValue, conflictingUpdateOperators, MongoError, pathNotViable } from './errors.ts';
import { compareStrings } from './compare.ts';
import { arrayIndex } from './path.ts';
import type { ApplyOptions } from './update.ts';

/** What an operator does to the value at its path. */
export type Modifier = {
  /** The new value; `undefined` takes the field away; the value itself leaves all as it is. */
  apply(current: Value | undefined, state: ApplyState): Value | undefined;
  /** What happens where the path does not exist, or cannot: the field is made, nothing, or nothing but for the latter. */
  missing: 'create' | 'ignore' | 'ignore-unviable';
  /** True when it has nothing to do here, wherever its path may lead. */
  idle?(state: ApplyState): boolean;
};

export type ApplyState = ApplyOptions & { original: Doc };

/** Decides which array elements a `$[identifier]` means. */
type ElementFilters = ReadonlyMap<string, (element: Value) => boolean>;

/** Where updates lead: at the end of a path a modifier, before it the names (or array placeholders) that follow. */
export type Branch = { readonly children: Map<string, UpdateNode>; elementFilters: ElementFilters };
type UpdateNode = Branch | Modifier;

export const branch = (elementFilters: ElementFilters): Branch => ({ children: new Map(), elementFilters });

const isModifier = (node: UpdateNode): node is Modifier => 'apply' in node;
const isPlaceholder = (name: string): boolean => name.startsWith('$[');

/** Puts a modifier at the end of a path. @throws MongoError 40 when another one is on the way, there, or below. */
export function insert(root: Branch, path: readonly string[], modifier: Modifier): void {
  let at = root;
  for (const [n, name] of path.entries()) {
    const conflict = () =>
      conflictingUpdateOperators(
        `Updating the path '${path.join('.')}' would create a conflict at '${path.slice(0, n + 1).join('.')}'`,
      );
    const last = n === path.length - 1;
    if ([...at.children.keys()].some((other) => isPlaceholder(other) !== isPlaceholder(name))) throw conflict();
    const known = at.children.get(name);
    if (known && (last || isModifier(known))) throw conflict();
    const next = known ?? (last ? modifier : branch(at.elementFilters));
    at.children.set(name, next);
    if (!isModifier(next)) at = next;
  }
}

/** The document with all modifiers applied; the given one, and its parts, stay as they are. */
export function applyTree(root: Branch, doc: Doc, state: ApplyState): Doc {
  return applyToDocument(root, doc, { state, path: '' });
}

type Place = { state: ApplyState; path: string };

const below = (place: Place, name: string): Place => ({
  state: place.state,
  path: place.path === '' ? name : `${place.path}.${name}`,
});

function applyNode(node: UpdateNode, value: Value | undefined, place: Place): Value | undefined {
  if (isModifier(node)) {
    if (node.idle?.(place.state) || (value === undefined && node.missing !== 'create')) return value;
    return node.apply(value, place.state);
  }
  if ([...node.children.keys()].some(isPlaceholder)) return applyToElements(node, value, place);
  if (value instanceof Map) return applyToDocument(node, value, place);
  if (Array.isArray(value)) return applyToArray(node, value, place);
  if (value === undefined) {
    const made = applyToDocument(node, new Map(), place);
    return made.size === 0 ? undefined : made;
  }
  for (const [name, child] of named(node, place)) checkViable(name, child, place);
  return value;
}

/** A field is wanted inside a value that cannot have one. */
function checkViable(name: string, node: UpdateNode, place: Place): void {
  if (!isModifier(node)) for (const [inner, child] of node.children) checkViable(inner, child, place);
  else if (node.missing !== 'ignore-unviable' && !node.idle?.(place.state))
    throw pathNotViable(`Cannot create field '${name}' in element ${place.path}`);
}

function applyToDocument(node: Branch, doc: Doc, place: Place): Doc {
  const out: Doc = new Map(doc);
  for (const [name, child] of named(node, place)) {
    const next = applyNode(child, doc.get(name), below(place, name));
    if (next === undefined) out.delete(name);
    else out.set(name, next);
  }
  return out;
}

function applyToArray(node: Branch, array: readonly Value[], place: Place): Value[] {
  const out = [...array];
  for (const [name, child] of named(node, place)) {
    const index = arrayIndex(name);
    if (index < 0) {
      checkViable(name, child, place);
      continue;
    }
    const next = applyNode(child, out[index], below(place, name));
    if (next === undefined && index >= out.length) continue;
    if (index - out.length > MOST_NULLS)
      throw new MongoError(34, 'CannotBackfillArray', `can't backfill more than ${MOST_NULLS} elements`);
    while (out.length < index) out.push(null);
    out[index] = next ?? null;
  }
  return out;
}
const MOST_NULLS = 1_500_000;

/** The children by name, in MongoDB's order: numbers by value, other names by their bytes. `$` becomes the matched index. */
function named(node: Branch, place: Place): [string, UpdateNode][] {
  const children = new Map(node.children);
  const positional = children.get('$');
  if (positional) {
    const index = place.state.matchedIndex;
    if (index === undefined) throw badValue('The positional operator did not find the match needed from the query.');
    children.delete('$');
    const known = children.get(String(index));
    children.set(String(index), known ? merge(known, positional, below(place, String(index))) : positional);
  }
  return children.size < 2 ? [...children] : [...children].toSorted(([a], [b]) => compareNames(a, b));
}

function compareNames(a: string, b: string): number {
  const x = arrayIndex(a);
  const y = arrayIndex(b);
  return x >= 0 && y >= 0 ? x - y : compareStrings(a, b);
}

function applyToElements(node: Branch, value: Value | undefined, place: Place): Value[] {
  if (value === undefined)
    throw badValue(`The path '${place.path}' must exist in the document in order to apply array updates.`);
  if (!Array.isArray(value)) throw badValue(`Cannot apply array updates to non-array element ${place.path}`);
  return value.map((element, n) => {
    const at = below(place, String(n));
    let merged: UpdateNode | undefined;
    for (const [name, child] of node.children)
      if (name === '$[]' || node.elementFilters.get(name.slice(2, -1))?.(element))
        merged = merged ? merge(merged, child, at) : child;
    return merged ? (applyNode(merged, element, at) ?? null) : element;
  });
}

/** Two ways that turn out to lead to the same place. */
function merge(a: UpdateNode, b: UpdateNode, place: Place): UpdateNode {
  if (isModifier(a) || isModifier(b)) throw conflictingUpdateOperators(`Update created a conflict at '${place.path}'`);
  const children = new Map(a.children);
  for (const [name, child] of b.children) {
    const known = children.get(name);
    children.set(name, known ? merge(known, child, below(place, name)) : child);
  }
  const kinds = new Set([...children.keys()].map(isPlaceholder));
  if (kinds.size > 1) throw conflictingUpdateOperators(`Update created a conflict at '${place.path}'`);
  return { children, elementFilters: a.elementFilters };
}
