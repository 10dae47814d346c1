import type { HistoryMark, HistoryNode } from './history-node.ts';
import { isFormat, isText, typeIn, valueAt, type ListItem, type Reading, type SharedType } from './read-item.ts';

export type BodyReading = Reading & {
  /** What a node says of who made it, from the moment that made it. */
  readonly author: (moment: number) => number;
};

/** The body as it was after a moment, as ProseMirror JSON with authors. The document must forget nothing (`gc: false`). */
export function readBody(root: SharedType, reading: BodyReading): HistoryNode {
  return { type: 'doc', by: 0, content: children(root, reading) };
}

/** The nodes right below a root, each as it was after a moment. */
function children(parent: SharedType, reading: BodyReading): HistoryNode[] {
  const nodes: HistoryNode[] = [];
  for (let item = parent._start; item; item = item.right) {
    if (isThere(item, reading)) nodes.push(...nodesOf(item, reading));
  }
  return nodes;
}

function nodesOf(item: ListItem, reading: BodyReading): HistoryNode[] {
  const type = typeIn(item.content);
  if (!type) return [];
  const name = nodeName(type);
  if (name === null) return textIn(type, reading);
  const { attrs, set } = attributesOf(type, reading);
  const content = children(type, reading);
  const made = reading.timeline.madeAt(item.id.client, item.id.clock);
  return [
    {
      type: name,
      ...(Object.keys(attrs).length > 0 && { attrs }),
      ...(content.length > 0 && { content }),
      by: reading.author(Math.max(made, set)),
    },
  ];
}

/** The values of all keys, and the last moment that set one of those that are there. */
function attributesOf(type: SharedType, reading: BodyReading): { attrs: Record<string, unknown>; set: number } {
  const attrs: Record<string, unknown> = {};
  let set = -1;
  for (const [key, newest] of type._map) {
    const found = valueAt(newest, reading);
    if (!found) continue;
    attrs[key] = found.value;
    set = Math.max(set, found.made);
  }
  return { attrs, set };
}

function textIn(type: SharedType, reading: BodyReading): HistoryNode[] {
  const runs: HistoryNode[] = [];
  const formats = new Map<string, unknown>();
  let marks: HistoryMark[] = [];
  for (let item = type._start; item; item = item.right) {
    const { content } = item;
    if (isFormat(content)) {
      if (!isThere(item, reading)) continue;
      if (content.value === null) formats.delete(content.key);
      else formats.set(content.key, content.value);
      marks = [...formats].map(([key, value]) => markOf(key, value));
    } else if (isText(content)) {
      addText(runs, { item, text: content.str, marks }, reading);
    }
  }
  return runs;
}

/** Adds what is there of an item, cut where the author changes and joined to what its author wrote before it. */
function addText(
  runs: HistoryNode[],
  { item, text, marks }: { item: ListItem; text: string; marks: HistoryMark[] },
  { timeline, moment, author }: BodyReading,
): void {
  const { client, clock: start } = item.id;
  const byAt = (offset: number): number => {
    const clock = start + offset;
    return timeline.isThere(client, clock, moment) ? author(timeline.madeAt(client, clock)) : -1;
  };
  for (let from = 0, to; from < text.length; from = to) {
    const by = byAt(from);
    for (to = from + 1; to < text.length && byAt(to) === by;) to++;
    if (by < 0) continue;
    const piece = text.slice(from, to);
    const last = runs.at(-1);
    if (last?.by === by && sameMarks(last.marks, marks)) last.text = `${last.text}${piece}`;
    else runs.push({ type: 'text', text: piece, ...(marks.length > 0 && { marks }), by });
  }
}

const isThere = ({ id }: ListItem, { timeline, moment }: BodyReading): boolean =>
  timeline.isThere(id.client, id.clock, moment);

/** Marks that may overlap with others of their kind are kept under their name and a hash. */
const hashedName = /^(.*)--[a-zA-Z0-9+/=]{8}$/;

function markOf(key: string, value: unknown): HistoryMark {
  const type = hashedName.exec(key)?.[1] ?? key;
  const hasAttributes = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return hasAttributes ? { type, attrs: { ...value } } : { type };
}

const sameMarks = (some: readonly HistoryMark[] = [], others: readonly HistoryMark[]): boolean =>
  some === others || JSON.stringify(some) === JSON.stringify(others);

function nodeName(type: SharedType): string | null {
  return 'nodeName' in type && typeof type.nodeName === 'string' ? type.nodeName : null;
}
