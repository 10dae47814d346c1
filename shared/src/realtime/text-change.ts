/** One piece of a text is replaced: at `at`, `remove` UTF-16 units go and `insert` comes. */
export type TextChange = { at: number; remove: number; insert: string };

/**
 * What turns one text into another, as small as it can be told; null if nothing does. `caret` is where the caret stands
 * after it: of several places that look the same (one more `l` in `ll`) it tells which one was typed at.
 */
export function textChange(before: string, after: string, caret = after.length): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  const tail = Math.min(after.length - caret, shorter);
  let end = 0;
  while (end < tail && before.at(-1 - end) === after.at(-1 - end)) end++;
  let at = 0;
  while (at < shorter - end && before[at] === after[at]) at++;
  while (end < shorter - at && before.at(-1 - end) === after.at(-1 - end)) end++;
  if (splits(before, at) || splits(after, at)) at--;
  if (splits(before, before.length - end) || splits(after, after.length - end)) end--;
  return { at, remove: before.length - end - at, insert: after.slice(at, after.length - end) };
}

/** Whether a place is inside a character that takes two units; a half of one cannot be stored. */
const splits = (text: string, at: number): boolean =>
  /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') && /[\uDC00-\uDFFF]/.test(text[at] ?? '');

/** Where a place in a text is after a change. `stay`: whether it keeps before or goes after what is written exactly there. */
export function placeAfter(
  place: number,
  { at, remove, insert }: TextChange,
  stay: 'before' | 'after' = 'before',
): number {
  if (place < at || (place === at && stay === 'before')) return place;
  return Math.max(place - remove, at) + insert.length;
}
