import type { Timeline } from './timeline.ts';

/** A Yjs type by its structure: its list of items and its keys. Nothing is read through Yjs, which knows only "now". */
export type SharedType = {
  readonly _start: ListItem | null;
  readonly _map: ReadonlyMap<string, ListItem>;
};
export type ListItem = {
  readonly id: { readonly client: number; readonly clock: number };
  readonly length: number;
  readonly left: ListItem | null;
  readonly right: ListItem | null;
  readonly content: unknown;
};

/** The state of a document right after a moment of its timeline; -1 is the empty document. */
export type Reading = { readonly timeline: Timeline; readonly moment: number };

/**
 * Of the values that a key had, the one that won among those made so far; null where it was taken away. Yjs joins
 * values that one client set one after another into one item.
 */
export function valueAt(
  newest: ListItem,
  { timeline, moment }: Reading,
): { item: ListItem; value: unknown; made: number } | null {
  for (let item: ListItem | null = newest; item; item = item.left) {
    for (let offset = item.length - 1; offset >= 0; offset--) {
      const [client, clock] = [item.id.client, item.id.clock + offset];
      const made = timeline.madeAt(client, clock);
      if (made < 0 || made > moment) continue;
      if (!timeline.isThere(client, clock, moment)) return null;
      return { item, value: hasValue(item.content) ? item.content.arr[offset] : null, made };
    }
  }
  return null;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const isText = (content: unknown): content is { str: string } =>
  isObject(content) && 'str' in content && typeof content.str === 'string';

export const isFormat = (content: unknown): content is { key: string; value: unknown } =>
  isObject(content) && 'key' in content && typeof content.key === 'string' && 'value' in content;

/** Plain JSON. */
export const hasValue = (content: unknown): content is { arr: readonly unknown[] } =>
  isObject(content) && 'arr' in content && Array.isArray(content.arr);

export function typeIn(content: unknown): SharedType | null {
  if (!isObject(content) || !('type' in content)) return null;
  return isObject(content.type) && '_start' in content.type ? (content.type as SharedType) : null;
}
