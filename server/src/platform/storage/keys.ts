/** Longer ones have no room in the name of a file beside what else stands there. */
const longestKey = 200;
/** Names with single slashes between; none begins with a dot, so that no way leads up or to what is hidden. */
const keys = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** @throws where it is no key: a mistake of ours, for keys are made here. */
export function checkedKey(key: string): string {
  if (key.length > longestKey || !keys.test(key)) throw new Error(`"${key}" is no key of an object.`);
  return key;
}

/** The part of a range that an object of this size has. */
export function within(size: number, range: { from: number; to: number } | undefined): { from: number; to: number } {
  if (!range) return { from: 0, to: size };
  const to = Math.min(range.to, size);
  return { from: Math.min(range.from, to), to };
}
