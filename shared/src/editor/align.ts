import { diffArrays } from 'diff';
import { nodeKey, wordsIn, type DocNode } from './plain-node.ts';

/** What became of the elements of a list: each is in it once, on the old side, the new side or both, in order. */
export type Aligned<T> =
  { is: 'same' | 'changed'; old: T; now: T } | { is: 'removed'; old: T } | { is: 'added'; now: T };

type Alike<T> = {
  key: (item: T) => string;
  /** How much two unequal ones have in common, 0 to 1; those with 0 are different things. */
  likeness: (old: T, now: T) => number;
};

/** Beyond so many pairs within one gap, only equal ones and neighbours in order are looked at. */
const maxPairs = 40_000;
/** Beyond so many insertions and deletions two lists are taken for two different ones. */
const maxEdits = 4000;

/** Aligns two lists: equal elements first (Myers), then, in each gap between them, those that are most alike. */
export function align<T>(old: readonly T[], now: readonly T[], alike: Alike<T>): Aligned<T>[] {
  const keysOf = (items: readonly T[]): string[] => items.map(alike.key);
  const steps = diffArrays(keysOf(old), keysOf(now), { maxEditLength: maxEdits });
  if (!steps) return alignGap(old, now, alike);
  const result: Aligned<T>[] = [];
  let [atOld, atNow] = [0, 0];
  let gap: { old: T[]; now: T[] } = { old: [], now: [] };
  for (const { added, removed, count } of steps) {
    const [olds, news] = [old.slice(atOld, atOld + count), now.slice(atNow, atNow + count)];
    if (!added) atOld += count;
    if (!removed) atNow += count;
    if (added) gap.now.push(...news);
    else if (removed) gap.old.push(...olds);
    else {
      result.push(...alignGap(gap.old, gap.now, alike));
      gap = { old: [], now: [] };
      for (const [index, one] of olds.entries()) result.push({ is: 'same', old: one, now: news[index] ?? one });
    }
  }
  return [...result, ...alignGap(gap.old, gap.now, alike)];
}

/** Pairs so that the likeness of all pairs together is greatest, keeping the order (Needleman–Wunsch without costs). */
function alignGap<T>(old: readonly T[], now: readonly T[], { likeness }: Alike<T>): Aligned<T>[] {
  const width = now.length + 1;
  const isTooLong = old.length * now.length > maxPairs;
  const score = (at: number, to: number): number => {
    const [one, other] = [old[at], now[to]];
    if (one === undefined || other === undefined || (isTooLong && at !== to)) return 0;
    return likeness(one, other);
  };
  if (isTooLong) return inOrder(old, now, (at) => score(at, at));
  const scores = old.map((_, at) => now.map((_, to) => score(at, to)));
  const best = new Float64Array((old.length + 1) * width);
  const bestAt = (at: number, to: number): number => best[at * width + to] ?? 0;
  const scoreAt = (at: number, to: number): number => scores[at]?.[to] ?? 0;
  for (let at = old.length - 1; at >= 0; at--) {
    for (let to = now.length - 1; to >= 0; to--) {
      const paired = scoreAt(at, to) > 0 ? scoreAt(at, to) + bestAt(at + 1, to + 1) : 0;
      best[at * width + to] = Math.max(paired, bestAt(at + 1, to), bestAt(at, to + 1));
    }
  }
  const result: Aligned<T>[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    const [one, other] = [old[at], now[to]];
    const paired = scoreAt(at, to);
    if (one !== undefined && other !== undefined && paired > 0 && bestAt(at, to) === paired + bestAt(at + 1, to + 1)) {
      result.push({ is: 'changed', old: one, now: other });
      at++;
      to++;
    } else if (one !== undefined && (other === undefined || bestAt(at, to) === bestAt(at + 1, to))) {
      result.push({ is: 'removed', old: one });
      at++;
    } else if (other !== undefined) {
      result.push({ is: 'added', now: other });
      to++;
    }
  }
  return result;
}

function inOrder<T>(old: readonly T[], now: readonly T[], score: (at: number) => number): Aligned<T>[] {
  const result: Aligned<T>[] = [];
  for (let at = 0; at < Math.max(old.length, now.length); at++) {
    const [one, other] = [old[at], now[at]];
    if (one !== undefined && other !== undefined && score(at) > 0) {
      result.push({ is: 'changed', old: one, now: other });
      continue;
    }
    if (one !== undefined) result.push({ is: 'removed', old: one });
    if (other !== undefined) result.push({ is: 'added', now: other });
  }
  return result;
}

/** Aligns plain nodes of one parent. */
export const alignNodes = (old: readonly DocNode[], now: readonly DocNode[]): Aligned<DocNode>[] =>
  align(old, now, { key: nodeKey, likeness: likeness(new Map()) });

/** Kinds of node that may turn into each other. */
const families = [
  ['paragraph', 'heading'],
  ['bulletList', 'orderedList', 'taskList'],
  ['listItem', 'taskItem'],
  ['tableCell', 'tableHeader'],
] as const;
const familyOf = (type: string): string => families.find((types) => types.some((one) => one === type))?.[0] ?? type;

/** Less in common than this, and two texts are two different ones. */
const threshold = 0.3;

/** How alike two nodes are: the share of their words that both have. Those without words are alike by their kind. */
function likeness(bags: Map<DocNode, Bag>): (old: DocNode, now: DocNode) => number {
  const bagOf = (node: DocNode): Bag => {
    const known = bags.get(node) ?? bag(wordsIn(node));
    bags.set(node, known);
    return known;
  };
  return (old, now) => {
    if (familyOf(old.type) !== familyOf(now.type)) return 0;
    const share = overlap(bagOf(old), bagOf(now));
    // Another picture is another thing, however alike what is said of the two.
    if (old.type === 'image') return old.attrs?.['fileId'] === now.attrs?.['fileId'] ? 0.5 + share / 2 : 0;
    if (share >= threshold) return share;
    return bagOf(old).size === 0 || bagOf(now).size === 0 ? 0.01 : 0;
  };
}

type Bag = { counts: ReadonlyMap<string, number>; size: number };

export function bag(text: string): Bag {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, size: words.length };
}

/** Dice's coefficient of two bags of words. */
export function overlap(one: Bag, other: Bag): number {
  if (one.size + other.size === 0) return 1;
  let common = 0;
  for (const [word, count] of one.counts) common += Math.min(count, other.counts.get(word) ?? 0);
  return (2 * common) / (one.size + other.size);
}
