import { propertyRoots, type EntryField, type Properties } from './properties.ts';
import { tagKey } from './property-words.ts';

/**
 * What of Yjs is needed to make something. It is given by hand: contracts need no Yjs, and two copies of it in one
 * program do not mix.
 */
export type Yjs = {
  Map: new () => Settable;
  Text: new (text: string) => object;
  Array: { from(items: string[]): object };
};
type Settable = { set(key: string, value: unknown): unknown };
type FillableDocument = {
  getText(name: string): { insert(at: number, text: string): void };
  getMap(name: string): Settable;
};

/** Writes properties into a document that has none yet. */
export function fillProperties(document: FillableDocument, { title, tags, fields }: Properties, yjs: Yjs): void {
  document.getText(propertyRoots.title).insert(0, title);
  for (const tag of tags) document.getMap(propertyRoots.tags).set(tagKey(tag), tag);
  fields.forEach((field, at) => writeField(document.getMap(propertyRoots.fields), { field, order: at + 1 }, yjs));
}

/** Writes one field among those of a document. `order`: fields stand by rising numbers. */
export function writeField(
  fields: Settable,
  { field: { id, ...field }, order }: { field: EntryField; order: number },
  yjs: Yjs,
): void {
  const stored = new yjs.Map();
  stored.set('order', order);
  for (const [name, value] of Object.entries(field)) stored.set(name, storedValue(value, { name, field }, yjs));
  fields.set(id, stored);
}

/** Texts and lists merge what two people write at once; of anything else the last one stands. */
function storedValue(
  value: string | string[],
  { name, field }: { name: string; field: { type: string } },
  yjs: Yjs,
): unknown {
  if (Array.isArray(value)) return yjs.Array.from(value);
  return field.type === 'text' && name === 'value' ? new yjs.Text(value) : value;
}
