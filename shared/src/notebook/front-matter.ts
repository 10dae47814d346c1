import type { EntryField, Properties } from './properties.ts';
import { parseProperties } from './read-properties.ts';
import { tagKey } from './property-words.ts';

/**
 * An entry as a markdown file: its properties stand in front, as YAML that other programs read too.
 *
 *     ---
 *     title: "Oxide etch"
 *     tags: ["etch", "SiO₂"]
 *     fields:
 *       - name: "Pressure"
 *         type: number
 *         value: "30"
 *         unit: "mTorr"
 *     ---
 */
export function withFrontMatter({ title, tags, fields }: Properties, body: string): string {
  const lines = [
    `title: ${JSON.stringify(title)}`,
    ...(tags.length > 0 ? [`tags: ${listed(tags)}`] : []),
    ...(fields.length > 0 ? ['fields:', ...fields.flatMap(linesOf)] : []),
  ];
  return `${[fence, ...lines, fence].join('\n')}\n\n${body}`;
}

function linesOf({ name, type, value, ...rest }: EntryField): string[] {
  return [
    `  - name: ${JSON.stringify(name)}`,
    `    type: ${type}`,
    `    value: ${JSON.stringify(value)}`,
    ...('unit' in rest && rest.unit !== '' ? [`    unit: ${JSON.stringify(rest.unit)}`] : []),
    ...('options' in rest ? [`    options: ${listed(rest.options)}`] : []),
  ];
}

const listed = (items: readonly string[]): string => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;

const fence = '---';

/**
 * Takes the properties off the front of a markdown file; null where it has none. Reads what `withFrontMatter` writes, and
 * the simple lines of other programs: a name that is not ours becomes a text field. Field ids are only good for this.
 */
export function splitFrontMatter(markdown: string): { properties: Properties | null; body: string } {
  const lines = markdown.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === fence);
  if (lines[0]?.trimEnd() !== fence || end === -1) return { properties: null, body: markdown };
  const entries = entriesIn(lines.slice(1, end));
  if (entries === null) return { properties: null, body: markdown };
  const body = lines.slice(end + 1).join('\n');
  return { properties: propertiesOf(entries), body: body.replace(/^\n+/, '') };
}

/** One of the items of a list: a text, or names with values. */
type Item = { text: string; parts: Map<string, string> };
type Entries = Map<string, Item[]>;

/** Names with their values, several where they are a list; null where this is no front matter. */
function entriesIn(lines: readonly string[]): Entries | null {
  const entries: Entries = new Map();
  let items: Item[] | null = null;
  for (const line of lines.map((written) => written.trimEnd())) {
    const [, item] = /^\s*-\s+(.+)$/.exec(line) ?? [];
    const [, part, value] = /^(?:\s*-)?\s+(\w+):(?:\s+(.*))?$/.exec(line) ?? [];
    const [, name, rest] = /^([^\s:#\-{["'][^:]*):(?:\s+(.*))?$/.exec(line) ?? [];
    if (name !== undefined) {
      items = listOf(rest?.trim() ?? '').map((text) => ({ text, parts: new Map() }));
      entries.set(name.trim(), items);
      continue;
    }
    if (items !== null && item !== undefined) items.push({ text: item.trim(), parts: new Map() });
    if (items !== null && part !== undefined) items.at(-1)?.parts.set(part, value?.trim() ?? '');
    const isKnown = items !== null && (item !== undefined || part !== undefined);
    if (!isKnown && line !== '' && !line.startsWith('#')) return null;
  }
  return entries.size === 0 ? null : entries;
}

function propertiesOf(entries: Entries): Properties {
  const fields: Record<string, unknown> = {};
  let title = '';
  let tags: string[] = [];
  const add = (field: object): void => {
    const order = Object.keys(fields).length + 1;
    fields[`f${order}`] = { ...field, order };
  };
  for (const [name, items] of entries) {
    const texts = items.map(({ text }) => unquoted(text));
    if (name === 'title') title = texts.join(', ');
    else if (name === 'tags') tags = texts;
    else if (name === 'fields') items.map(fieldOf).forEach(add);
    else add({ type: 'text', name, value: texts.join(', ') });
  }
  const byKey = Object.fromEntries(tags.map((tag) => [tagKey(tag), tag]));
  return parseProperties({ title, tags: byKey, fields }).properties;
}

const fieldOf = ({ parts }: Item): object =>
  Object.fromEntries(
    [...parts].map(([name, value]) => [name, name === 'options' ? listOf(value).map(unquoted) : unquoted(value)]),
  );

/** `[a, b]` is a list of two, anything else of one. */
function listOf(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('[') || !text.endsWith(']')) return [text];
  const items = text.slice(1, -1).match(listItem) ?? [];
  return items.map((item) => item.trim());
}

const listItem = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*/g;

function unquoted(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    // YAML of another program knows more escapes than ours: it is taken as it stands.
    return text.slice(1, -1);
  }
}
