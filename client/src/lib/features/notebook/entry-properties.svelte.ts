import {
  propertyRoots,
  type EntryField,
  type FieldType,
  type Properties,
  type PropertyReading,
} from '@cobench/shared/notebook/properties';
import { cleanTag, tagKey } from '@cobench/shared/notebook/property-words';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { writeField } from '@cobench/shared/notebook/write-properties';
import * as Y from 'yjs';
import { undoOf } from './property-undo.ts';
import { areApart, orderBetween } from './field-order.ts';

/** What a new field begins with. */
export type NewField = { type: FieldType; name: string; unit?: string; options?: string[] };

/** A field that was deleted, with the place it had. */
export type DeletedField = { field: EntryField; order: number };

/** Title, tags and fields in the document of an entry: as they are now, and the ways to change them. */
export class EntryProperties {
  now: PropertyReading = $state.raw({ properties: { title: '', tags: [], fields: [] }, problems: [] });
  readonly title: Y.Text;
  readonly #doc: Y.Doc;
  readonly #tags: Y.Map<unknown>;
  readonly #fields: Y.Map<unknown>;
  readonly #newId: () => string;
  readonly #undo: Y.UndoManager;

  constructor(doc: Y.Doc, newId: () => string = randomFieldId) {
    this.#doc = doc;
    this.#newId = newId;
    this.title = doc.getText(propertyRoots.title);
    this.#tags = doc.getMap(propertyRoots.tags);
    this.#fields = doc.getMap(propertyRoots.fields);
    this.#undo = undoOf([this.title, this.#tags, this.#fields], this);
    this.#read();
  }

  /** Follows what everybody changes. Returns its clean-up, after which this is good for nothing. */
  follow(): () => void {
    const read = () => this.#read();
    const roots = [this.title, this.#tags, this.#fields];
    for (const root of roots) root.observeDeep(read);
    this.#read();
    return () => {
      for (const root of roots) root.unobserveDeep(read);
      this.#undo.destroy();
    };
  }

  /** What is wrong with one of them, in a sentence. */
  problemAt(place: string): string | undefined {
    return this.now.problems.find(({ at }) => at === place)?.detail;
  }

  addTag(written: string): void {
    const tag = cleanTag(written);
    if (tag !== '') this.#change(() => this.#tags.set(tagKey(tag), tag));
  }

  removeTag(tag: string): void {
    const same = [...this.#tags].filter(
      ([, written]) => typeof written === 'string' && tagKey(written) === tagKey(tag),
    );
    this.#change(() => same.forEach(([key]) => this.#tags.delete(key)));
  }

  /** Adds a field below the others. Returns its id. */
  add({ type, name, unit = '', options = [] }: NewField): string {
    const id = this.#newId();
    const base = { id, name, value: '' };
    const field: EntryField =
      type === 'number' ? { ...base, type, unit } : type === 'choice' ? { ...base, type, options } : { ...base, type };
    this.#put({ field, order: this.#orderAt(this.now.properties.fields.length) });
    return id;
  }

  /** Takes a field away. Returns what `putBack` needs; null where somebody was faster. */
  remove(id: string): DeletedField | null {
    const field = this.now.properties.fields.find((one) => one.id === id);
    const order = this.#stored(id)?.get('order');
    if (field === undefined) return null;
    this.#change(() => this.#fields.delete(id));
    return { field, order: typeof order === 'number' ? order : 0 };
  }

  putBack(deleted: DeletedField): void {
    this.#put(deleted);
  }

  rename(id: string, name: string): void {
    this.#set(id, 'name', name.trim());
  }

  /** Sets a value; a text that several people type in is bound by `textOf` instead. */
  setValue(id: string, value: string): void {
    this.#set(id, 'value', value);
  }

  setUnit(id: string, unit: string): void {
    this.#set(id, 'unit', unit.trim());
  }

  /** Adds to what can be chosen, and chooses it. */
  addOption(id: string, option: string): void {
    const field = this.#stored(id);
    const options = field?.get('options');
    this.#change(() => {
      if (options instanceof Y.Array) options.push([option]);
      else field?.set('options', Y.Array.from([option]));
      this.setValue(id, option);
    });
  }

  removeOption(id: string, option: string): void {
    const options = this.#stored(id)?.get('options');
    if (!(options instanceof Y.Array)) return;
    this.#change(() => {
      for (let at = options.length - 1; at >= 0; at--) if (options.get(at) === option) options.delete(at);
    });
  }

  /** Moves a field up or down by one. */
  move(id: string, by: -1 | 1): void {
    const { fields } = this.now.properties;
    const from = fields.findIndex((field) => field.id === id);
    if (from === -1 || fields[from + by] === undefined) return;
    this.#change(() => {
      if (!areApart(this.#orders())) fields.forEach((field, at) => this.#set(field.id, 'order', at + 1));
      // Upwards it goes before its upper neighbour, downwards behind its lower one.
      this.#set(id, 'order', this.#orderAt(by === -1 ? from - 1 : from + 2));
    });
  }

  /** The text of a text field, to be typed in by several people; null where it is none. */
  textOf(id: string): Y.Text | null {
    const value = this.#stored(id)?.get('value');
    return value instanceof Y.Text ? value : null;
  }

  /** Takes in the properties of a file: tags and fields come to what is here, a title only where there is none. */
  takeIn({ title, tags, fields }: Properties): void {
    this.#change(() => {
      if (this.title.length === 0) this.title.insert(0, title);
      for (const tag of tags) this.addTag(tag);
      const first = this.#orderAt(this.now.properties.fields.length);
      fields.forEach((field, at) => this.#put({ field: { ...field, id: this.#newId() }, order: first + at }));
    });
  }

  /** Takes back the last thing that was changed here; what others did stays. */
  undo(): void {
    this.#undo.undo();
  }

  redo(): void {
    this.#undo.redo();
  }

  /** The numbers by which the fields stand, in their order. */
  #orders(): number[] {
    return this.now.properties.fields.map(({ id }) => Number(this.#stored(id)?.get('order') ?? 0));
  }

  /** A number for something that comes before the field which is now at this place. */
  #orderAt(place: number): number {
    const orders = this.#orders();
    return orderBetween(orders[place - 1], orders[place]);
  }

  /** A field as it is in the document; null for what only looks like one. */
  #stored(id: string): Y.Map<unknown> | null {
    const field = this.#fields.get(id);
    return field instanceof Y.Map ? field : null;
  }

  #put({ field, order }: DeletedField): void {
    this.#change(() => writeField(this.#fields, { field, order }, Y));
  }

  #set(id: string, name: string, value: unknown): void {
    const field = this.#stored(id);
    if (field && field.get(name) !== value) this.#change(() => field.set(name, value));
  }

  #change(change: () => void): void {
    this.#doc.transact(change, this);
  }

  #read(): void {
    this.now = readProperties(this.#doc);
  }
}

/** Twelve letters and digits: enough that no two people ever make the same. */
const randomFieldId = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 12);
