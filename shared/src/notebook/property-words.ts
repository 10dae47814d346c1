/** A text on one line: what breaks lines or cannot be seen is a space, and so is what stands for an embedded object. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}\uFFFC]+/gu, ' ').trim();

/** The first characters of a text, without half of one at the end. */
export function cut(text: string, most: number): string {
  const kept = text.slice(0, most);
  return kept.length < text.length && /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}

/** A tag as it is written: no sign in front, no comma, single spaces. */
export const cleanTag = (text: string): string =>
  oneLine(text.normalize('NFC').replaceAll(',', ' ')).replace(/^#+/, '').replace(/\s+/g, ' ').trim();

/** What two spellings of a tag have in common: `SiO₂` and `sio₂` are one tag. */
export const tagKey = (tag: string): string => cleanTag(tag).toLowerCase();

/** Words for comparison: case and spaces do not count. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
