import type { Doc, Value } from '../bson/value.ts';
import { location } from './errors.ts';
import type { Expression, Scope } from './expression/core.ts';

/** What a projection does with the fields of a document, and below them. */
export type ProjectionTree = { fields: Map<string, ProjectionTree | Leaf>; computes: boolean };

/** A field that is named as it is (kept by an inclusion, dropped by an exclusion), or computed. */
type Leaf = 'named' | Expression;

export type ProjectionMode = 'include' | 'exclude' | 'add';

export const projectionTree = (): ProjectionTree => ({ fields: new Map(), computes: false });

/** Enters a path. @throws MongoError 31249 and 31250 when it meets another one. */
export function enter(tree: ProjectionTree, names: readonly string[], leaf: Leaf): void {
  let at = tree;
  for (const [n, name] of names.entries()) {
    const known = at.fields.get(name);
    if (leaf !== 'named') at.computes = true;
    if (n === names.length - 1) {
      if (known) throw location(31250, `Path collision at ${names.join('.')}`);
      at.fields.set(name, leaf);
      return;
    }
    if (known && !isTree(known))
      throw location(31249, `Path collision at ${names.join('.')} remaining portion ${names.slice(n + 1).join('.')}`);
    const next = known ?? projectionTree();
    at.fields.set(name, next);
    at = next;
  }
}

const isTree = (leaf: ProjectionTree | Leaf): leaf is ProjectionTree => typeof leaf === 'object';

/** Applies a tree: first what is kept of the document, in its order, then what is computed, in the tree's order. */
export function applyProjection(tree: ProjectionTree, mode: ProjectionMode, doc: Doc, scope: Scope): Doc {
  const out = mode === 'include' ? included(tree, doc) : mode === 'exclude' ? excluded(tree, doc) : new Map(doc);
  if (tree.computes) compute(tree, out, scope);
  return out;
}

function included(tree: ProjectionTree, doc: Doc): Doc {
  const out: Doc = new Map();
  for (const [name, value] of doc) {
    const leaf = tree.fields.get(name);
    if (leaf === undefined) continue;
    const kept = isTree(leaf) ? includedIn(leaf, value) : leaf === 'named' ? value : undefined;
    // What will be computed keeps its place, whatever was there.
    if (kept !== undefined) out.set(name, kept);
    else if (isTree(leaf) && leaf.computes) out.set(name, null);
  }
  return out;
}

function includedIn(tree: ProjectionTree, value: Value): Value | undefined {
  if (value instanceof Map) return included(tree, value);
  if (!Array.isArray(value)) return undefined;
  const kept = value.map((element) => includedIn(tree, element));
  return tree.computes ? kept.map((element) => element ?? null) : kept.filter((element) => element !== undefined);
}

function excluded(tree: ProjectionTree, doc: Doc): Doc {
  const out: Doc = new Map();
  for (const [name, value] of doc) {
    const leaf = tree.fields.get(name);
    if (leaf !== 'named') out.set(name, leaf && isTree(leaf) ? excludedIn(leaf, value) : value);
  }
  return out;
}

function excludedIn(tree: ProjectionTree, value: Value): Value {
  if (value instanceof Map) return excluded(tree, value);
  return Array.isArray(value) ? value.map((element) => excludedIn(tree, element)) : value;
}

function compute(tree: ProjectionTree, out: Doc, scope: Scope): void {
  for (const [name, leaf] of tree.fields) {
    if (leaf === 'named' || (isTree(leaf) && !leaf.computes)) continue;
    const value = isTree(leaf) ? computeIn(leaf, out.get(name), scope) : leaf(scope);
    if (value === undefined) out.delete(name);
    else out.set(name, value);
  }
}

/** Inside arrays for each element; what is no document becomes one. */
function computeIn(tree: ProjectionTree, value: Value | undefined, scope: Scope): Value {
  if (Array.isArray(value)) return value.map((element) => computeIn(tree, element, scope));
  const out: Doc = new Map(value instanceof Map ? value : []);
  compute(tree, out, scope);
  return out;
}
