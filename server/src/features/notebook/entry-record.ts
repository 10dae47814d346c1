import type { Entry } from '@cobench/shared/notebook/entry';
import { untitled, type EntryField, type PropertyReading } from '@cobench/shared/notebook/properties';
import { keysOf } from '@cobench/shared/notebook/property-keys';
import { cut } from '@cobench/shared/notebook/property-words';

/** What a record has of the properties in its document. */
export type RecordedProperties = Pick<Entry, 'title' | 'tags' | 'fields' | 'problems'> & {
  /** What the entry is looked up by: tags, fields and their values. */
  keys: string[];
  /** What is searched when people type words. */
  search: string;
};

/** Names of members by id; of nobody else. */
export type MemberNames = ReadonlyMap<string, string>;

/** Ids in fields for people: whoever is no member of the organisation has no name. */
export const peopleIn = ({ properties }: PropertyReading): string[] =>
  properties.fields.flatMap(({ type, value }) => (type === 'person' && value !== '' ? [value] : []));

/** What the record takes of a reading, judged also by what only the server knows. */
export function recorded({ properties, problems }: PropertyReading, members: MemberNames): RecordedProperties {
  const { tags, fields } = properties;
  const title = properties.title === '' ? untitled : properties.title;
  const strangers = fields.filter(
    ({ id, type, value }) =>
      type === 'person' && value !== '' && !members.has(value) && !problems.some(({ at }) => at === id),
  );
  return {
    title,
    tags,
    fields,
    problems: [...problems, ...strangers.map(({ id }) => ({ at: id, detail: noMember }))],
    keys: keysOf(properties),
    search: cut([title, ...tags, ...fields.map((field) => wordsOf(field, members))].join('\n'), mostSearched),
  };
}

const noMember = 'This person is not a member of the organisation.';
const mostSearched = 20_000;

function wordsOf(field: EntryField, members: MemberNames): string {
  const value = field.type === 'person' ? (members.get(field.value) ?? '') : field.value;
  return `${field.name} ${value}${field.type === 'number' ? ` ${field.unit}` : ''}`;
}
