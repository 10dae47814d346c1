import { compareText } from '@cobench/shared/editor/compare-text';
import { sameAttrs } from '@cobench/shared/editor/plain-node';
import type { Tree } from '@cobench/shared/history/read-tree';
import * as Y from 'yjs';

/** Makes a text what it should be, word by word. */
export function becomeText(text: Y.Text, target: string): void {
  const before = text.toJSON();
  if (before === target) return;
  const delta = compareText(lineOf(before), lineOf(target)).map(({ change, text: piece = '' }) => {
    if (change === 'removed') return { delete: piece.length };
    return change === 'added' ? { insert: piece } : { retain: piece.length };
  });
  text.applyDelta(delta, { sanitize: false });
}

/** Makes a map and all in it what it should be, touching only what differs. */
export function becomeMap(map: Y.Map<unknown>, { entries }: Extract<Tree, { kind: 'map' }>): void {
  for (const key of map.keys()) if (!(key in entries)) map.delete(key);
  for (const [key, tree] of Object.entries(entries)) {
    const now = map.get(key);
    if (tree.kind === 'map' && now instanceof Y.Map) becomeMap(now, tree);
    else if (tree.kind === 'text' && now instanceof Y.Text) becomeText(now, tree.text);
    else if (!isThere(now, tree)) map.set(key, made(tree));
  }
}

function isThere(now: unknown, tree: Tree): boolean {
  if (tree.kind === 'list') return now instanceof Y.Array && sameAttrs({ items: now.toJSON() }, { items: tree.items });
  return tree.kind === 'value' && !(now instanceof Y.AbstractType) && sameAttrs({ now }, { now: tree.value });
}

function made(tree: Tree): unknown {
  switch (tree.kind) {
    case 'text':
      return new Y.Text(tree.text);
    case 'list':
      return Y.Array.from(tree.items as object[]);
    case 'value':
      return tree.value;
    case 'map': {
      const map = new Y.Map<unknown>();
      for (const [key, entry] of Object.entries(tree.entries)) map.set(key, made(entry));
      return map;
    }
    default:
      return tree satisfies never;
  }
}

const lineOf = (text: string) => (text === '' ? [] : [{ type: 'text', text }]);
