import { hasValue, isText, typeIn, valueAt, type Reading, type SharedType } from './read-item.ts';

/** What a Yjs type holds, with its kind: a text merges what two people write at once, a value does not. */
export type Tree =
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: unknown[] }
  | { kind: 'map'; entries: Record<string, Tree> }
  | { kind: 'value'; value: unknown };

/** A type that holds text, as it was after a moment. */
export function readText(type: SharedType, { timeline, moment }: Reading): string {
  let text = '';
  for (let item = type._start; item; item = item.right) {
    const { content, id } = item;
    if (!isText(content)) continue;
    for (let offset = 0; offset < content.str.length; offset++) {
      if (timeline.isThere(id.client, id.clock + offset, moment)) text += content.str[offset];
    }
  }
  return text;
}

/** A map and all that is in it, as it was after a moment. */
export function readMap(type: SharedType, reading: Reading): Extract<Tree, { kind: 'map' }> {
  const entries: Record<string, Tree> = {};
  for (const [key, newest] of type._map) {
    const found = valueAt(newest, reading);
    if (!found) continue;
    const nested = typeIn(found.item.content);
    entries[key] = nested ? readTree(nested, reading) : { kind: 'value', value: found.value };
  }
  return { kind: 'map', entries };
}

/** The same as plain JSON. */
export function jsonOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'text':
      return tree.text;
    case 'list':
      return tree.items;
    case 'value':
      return tree.value;
    case 'map':
      return Object.fromEntries(Object.entries(tree.entries).map(([key, entry]) => [key, jsonOf(entry)]));
    default:
      return tree satisfies never;
  }
}

/** Yjs types are told apart by what they can do: their names do not survive a build. */
function readTree(type: SharedType, reading: Reading): Tree {
  if ('applyDelta' in type) return { kind: 'text', text: readText(type, reading) };
  if ('push' in type) return { kind: 'list', items: readList(type, reading) };
  return readMap(type, reading);
}

function readList(type: SharedType, { timeline, moment }: Reading): unknown[] {
  const items: unknown[] = [];
  for (let item = type._start; item; item = item.right) {
    const { content, id } = item;
    if (!hasValue(content)) continue;
    for (const [offset, value] of content.arr.entries()) {
      if (timeline.isThere(id.client, id.clock + offset, moment)) items.push(value);
    }
  }
  return items;
}
