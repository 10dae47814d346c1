import type { ComparedNode } from '../editor/compare-node.ts';
import { compareText } from '../editor/compare-text.ts';
import type { EntryField, Properties } from './properties.ts';

type Change = 'kept' | 'removed' | 'added';

export type ComparedField = {
  id: string;
  change: Change;
  name: ComparedNode[];
  /** The value with its unit, word by word. */
  value: ComparedNode[];
};

/** Title, tags and fields of two states laid over each other. */
export type ComparedProperties = {
  /** Whether anything differs. */
  differ: boolean;
  title: ComparedNode[];
  tags: { tag: string; change: Change }[];
  fields: ComparedField[];
};

/** Compares what is typed about an entry beside its text. Fields are the same by their id, tags by how they are written. */
export function compareProperties(old: Properties, now: Properties): ComparedProperties {
  const title = compareLines(old.title, now.title);
  const tags = [
    ...old.tags.map((tag) => ({ tag, change: now.tags.includes(tag) ? ('kept' as const) : ('removed' as const) })),
    ...now.tags.filter((tag) => !old.tags.includes(tag)).map((tag) => ({ tag, change: 'added' as const })),
  ];
  const fields = [
    ...old.fields.map((field) => comparedField(field, now.fields.find(({ id }) => id === field.id) ?? null)),
    ...now.fields
      .filter(({ id }) => old.fields.every((field) => field.id !== id))
      .map((field) => comparedField(null, field)),
  ];
  const isKept = ({ change }: { change: ComparedNode['change'] }): boolean => change === 'kept';
  const isSame = [...title, ...tags, ...fields, ...fields.flatMap(({ name, value }) => [...name, ...value])].every(
    isKept,
  );
  return { differ: !isSame, title, tags, fields };
}

function comparedField(old: EntryField | null, now: EntryField | null): ComparedField {
  return {
    id: (now ?? old)?.id ?? '',
    change: old === null ? 'added' : now === null ? 'removed' : 'kept',
    name: compareLines(old?.name ?? '', now?.name ?? ''),
    value: compareLines(old ? valueOf(old) : '', now ? valueOf(now) : ''),
  };
}

const valueOf = (field: EntryField): string =>
  field.type === 'number' && field.unit !== '' ? `${field.value} ${field.unit}` : field.value;

const compareLines = (old: string, now: string): ComparedNode[] => compareText(lineOf(old), lineOf(now));

const lineOf = (text: string) => (text === '' ? [] : [{ type: 'text', text }]);
