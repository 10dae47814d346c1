import {
  fieldTypes,
  fieldTypeTitle,
  propertyLimits as limits,
  propertyRoots,
  type EntryField,
  type FieldType,
  type Properties,
  type PropertyProblem,
  type PropertyReading,
} from './properties.ts';
import { valueProblem } from './property-values.ts';
import { cleanTag, cut, oneLine, tagKey } from './property-words.ts';

/** What is read of a Y.Doc; named by its shape, so that contracts need no Yjs. */
export type PropertyDocument = {
  getText(name: string): { toJSON(): string };
  getMap(name: string): { toJSON(): unknown };
};

/** Reads the properties in a document, whoever wrote them. Changes nothing, throws nothing, and says what it left out. */
export const readProperties = (document: PropertyDocument): PropertyReading =>
  parseProperties({
    title: document.getText(propertyRoots.title).toJSON(),
    tags: document.getMap(propertyRoots.tags).toJSON(),
    fields: document.getMap(propertyRoots.fields).toJSON(),
  });

/** The same from what a document looks like as JSON. */
export function parseProperties(found: { title: string; tags: unknown; fields: unknown }): PropertyReading {
  const problems: PropertyProblem[] = [];
  const say = (at: string, detail: string): void => {
    if (problems.length < mostProblems) problems.push({ at, detail });
  };
  const properties: Properties = {
    title: cutTo(limits.title, oneLine(found.title), (detail) => say('title', detail)),
    tags: readTags(found.tags, (detail) => say('tags', detail)),
    fields: readFields(found.fields, say),
  };
  return { properties, problems };
}

const mostProblems = 50;
type Say = (detail: string) => void;

function cutTo(most: number, text: string, say: Say): string {
  if (text.length <= most) return text;
  say(`Only the first ${most.toLocaleString('en')} characters are kept in lists.`);
  return cut(text, most).trimEnd();
}

function readTags(found: unknown, say: Say): string[] {
  const tags = new Map<string, string>();
  for (const written of Object.values(recordOf(found))) {
    if (typeof written !== 'string') {
      say('A tag could not be read.');
      continue;
    }
    const tag = cutTo(limits.tag, cleanTag(written), say);
    if (tag !== '') tags.set(tagKey(tag), tag);
  }
  const sorted = [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
  if (sorted.length > limits.tags) say(`Only ${limits.tags} tags are kept.`);
  return sorted.slice(0, limits.tags);
}

function readFields(found: unknown, say: (at: string, detail: string) => void): EntryField[] {
  const stored = Object.entries(recordOf(found)).map(([id, field]) => ({ id, field: recordOf(field) }));
  const sorted = stored.toSorted((a, b) => placeOf(a.field) - placeOf(b.field) || (a.id < b.id ? -1 : 1));
  const fields = sorted.flatMap(({ id, field }) => readField(id, field, (detail) => say(cut(id, 40), detail)) ?? []);
  const [kept, tooMany] = [fields.slice(0, limits.fields), fields[limits.fields]];
  if (tooMany) say(tooMany.id, `Only ${limits.fields} fields are kept.`);
  return kept;
}

/** Null for what is no field, or one of a kind that this version does not know. */
function readField(id: string, stored: Record<string, unknown>, say: Say): EntryField | null {
  const type = fieldTypes.find((known) => known === stored['type']);
  if (type === undefined || !/^[\w-]{1,40}$/.test(id)) {
    say('A field of a kind that this version does not know is kept, and not shown.');
    return null;
  }
  const string = (name: string, most: number, orElse = ''): string => {
    const value = stored[name] ?? '';
    if (typeof value !== 'string') say(`Its ${name} could not be read.`);
    const line = typeof value !== 'string' ? '' : type === 'text' && name === 'value' ? value : oneLine(value);
    return cutTo(most, line, say) || orElse;
  };
  const name = string('name', limits.fieldName, fieldTypeTitle[type]);
  const value = string('value', type === 'text' ? limits.text : limits.value);
  const field = withKind({ id, name, value }, type, {
    unit: () => string('unit', limits.unit),
    options: () => readOptions(stored['options'], say),
  });
  const problem = valueProblem(field);
  if (problem !== null) say(problem);
  return field;
}

type Rest = { unit: () => string; options: () => string[] };

function withKind(field: { id: string; name: string; value: string }, type: FieldType, rest: Rest): EntryField {
  switch (type) {
    case 'number':
      return { ...field, type, unit: rest.unit() };
    case 'choice':
      return { ...field, type, options: rest.options() };
    case 'text':
    case 'date':
    case 'person':
    case 'sample':
      return { ...field, type };
    default:
      return type satisfies never;
  }
}

function readOptions(found: unknown, say: Say): string[] {
  const written = Array.isArray(found) ? found.filter((option) => typeof option === 'string') : [];
  const options = new Set(
    written.map((option) => cut(oneLine(option), limits.option)).filter((option) => option !== ''),
  );
  if (options.size > limits.options) say(`Only ${limits.options} choices are kept.`);
  return [...options].slice(0, limits.options);
}

/** Fields without a usable place stand last. */
const placeOf = ({ order }: Record<string, unknown>): number =>
  typeof order === 'number' && Number.isFinite(order) ? order : Number.MAX_VALUE;

const recordOf = (found: unknown): Record<string, unknown> =>
  typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : {};
