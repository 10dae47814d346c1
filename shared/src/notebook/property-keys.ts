import type { Properties } from './properties.ts';
import { sameNumber } from './property-values.ts';
import { cut, folded, tagKey } from './property-words.ts';

/** What entries are looked up by: all of the tags, and a field, with a value if one is given. */
export type PropertyFilter = { tags?: readonly string[]; field?: string | undefined; is?: string | undefined };

/** Every key under which an entry is found: one per tag, and for each field its name, alone and with its value. */
export const keysOf = ({ tags, fields }: Pick<Properties, 'tags' | 'fields'>): string[] => [
  ...new Set([...tags.map(ofTag), ...fields.flatMap(({ name, value }) => [ofField(name), ofValue(name, value)])]),
];

/** The keys that an entry must have to be found. */
export const keysWanted = ({ tags = [], field, is }: PropertyFilter): string[] => [
  ...tags.map(ofTag),
  ...(field === undefined ? [] : [is === undefined ? ofField(field) : ofValue(field, is)]),
];

/** Whether an entry is one of those looked up. */
export function matches(entry: Pick<Properties, 'tags' | 'fields'>, filter: PropertyFilter): boolean {
  const keys = new Set(keysOf(entry));
  return keysWanted(filter).every((key) => keys.has(key));
}

const longest = 200;
const ofTag = (tag: string): string => `tag ${tagKey(tag)}`;
const ofField = (name: string): string => `field ${folded(name)}`;
/** The separator is in no name: those are on one line. */
const ofValue = (name: string, value: string): string =>
  cut(`value ${folded(name)}\n${folded(sameNumber(value.trim()))}`, longest);
