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
 *       - {"name":"Pressure","type":"number","value":"30","unit":"mTorr"}
 *     ---
 */
export function withFrontMatter({ title, tags, fields }: Properties, body: string): string {
  const lines = [
    `title: ${JSON.stringify(title)}`,
    ...(tags.length > 0 ? [`tags: [${tags.map((tag) => JSON.stringify(tag)).join(', ')}]`] : []),
    ...(fields.length > 0 ? ['fields:', ...fields.map((field) => `  - ${lineOf(field)}`)] : []),
  ];
  return `${[fence, ...lines, fence].join('\n')}\n\n${body}`;
}

/** In a fixed order, without the id: that is only good within one document. */
const lineOf = ({ type, name, ...rest }: EntryField): string => JSON.stringify({ name, type, ...rest, id: undefined });

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

type Entries = Map<string, string[]>;

/** Names with their values, several where they are a list; null where this is no front matter. */
function entriesIn(lines: readonly string[]): Entries | null {
  const entries: Entries = new Map();
  let values: string[] | null = null;
  for (const line of lines) {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1];
    const [, name, rest] = /^([^\s:#\-{["'][^:]*):(?:\s+(.*))?$/.exec(line.trimEnd()) ?? [];
    if (item !== undefined && values !== null) {
      values.push(item.trim());
    } else if (name !== undefined) {
      values = listOf(rest?.trim() ?? '');
      entries.set(name.trim(), values);
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      return null;
    }
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
  for (const [name, values] of entries) {
    if (name === 'title') title = values.map(unquoted).join(', ');
    else if (name === 'tags') tags = values.map(unquoted);
    else if (name === 'fields') values.map(parsed).forEach(add);
    else add({ type: 'text', name, value: values.map(unquoted).join(', ') });
  }
  const byKey = Object.fromEntries(tags.map((tag) => [tagKey(tag), tag]));
  return parseProperties({ title, tags: byKey, fields }).properties;
}

/** `[a, b]` is a list of two, anything else of one. */
function listOf(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('[') || !text.endsWith(']')) return [text];
  return (
    text
      .slice(1, -1)
      .match(/"(?:[^"\\]|\\.)*"|[^,\s][^,]*/g)
      ?.map((item) => item.trim()) ?? []
  );
}

function unquoted(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(text)) return text;
  const value = jsonOf(text);
  return typeof value === 'string' ? value : text;
}

function parsed(text: string): object {
  const value = jsonOf(text);
  return typeof value === 'object' && value !== null ? value : {};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours: YAML of another program, taken as it stands.
    return null;
  }
}
