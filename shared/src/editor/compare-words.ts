import type { ComparedNode } from './compare-node.ts';
import { imageShare } from './file-attributes.ts';
import type { DocMark } from './plain-node.ts';

const kinds: Readonly<Record<string, string>> = {
  paragraph: 'text',
  bulletList: 'bullet list',
  orderedList: 'numbered list',
  taskList: 'task list',
  listItem: 'list item',
  taskItem: 'task',
  tableCell: 'cell',
  tableHeader: 'header cell',
  codeBlock: 'code',
  blockMath: 'equation',
  inlineMath: 'equation',
  file: 'file',
  image: 'image',
};

const looks: Readonly<Record<string, string>> = {
  bold: 'bold',
  italic: 'italic',
  strike: 'struck through',
  underline: 'underlined',
  code: 'code',
  link: 'a link',
  highlight: 'highlighted',
};

type ChangedNode = Pick<ComparedNode, 'type' | 'was'> & {
  attrs?: ComparedNode['attrs'];
  marks?: ComparedNode['marks'] | undefined;
};

/** What is different about a kept node itself, in words: “was heading 3”, “now checked”; null where nothing is. */
export function changeWords({ type, attrs = {}, marks = [], was }: ChangedNode): string | null {
  if (!was) return null;
  if (was.marks) return markWords(was.marks, marks);
  const [oldKind, kind] = [kindOf(was.type ?? type, was.attrs ?? attrs), kindOf(type, attrs)];
  if (oldKind !== kind) return `was ${oldKind}`;
  const before = was.attrs ?? {};
  const changed = [...new Set([...Object.keys(before), ...Object.keys(attrs)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(attrs[key]),
  );
  if (changed.includes('checked')) return attrs['checked'] === true ? 'now checked' : 'no longer checked';
  if (changed.includes('latex')) return `was ${String(before['latex'])}`;
  if (type === 'image') return imageWords(before, changed);
  if (changed.includes('language')) return `language was ${said(before['language'])}`;
  return changed.map((key) => `${key} was ${said(before[key])}`).join(', ');
}

/** Another shape comes with another version, and is not told beside it. */
function imageWords(before: Readonly<Record<string, unknown>>, changed: readonly string[]): string | null {
  const words = changed.flatMap((key) => {
    if (key === 'alt') return `description was ${said(before[key])}`;
    if (key === 'width') return `width was ${said(before[key] ?? imageShare.most)} %`;
    return key === 'aspect' ? [] : `${key} was ${said(before[key])}`;
  });
  return words.length > 0 ? words.join(', ') : null;
}

function kindOf(type: string, attrs: Readonly<Record<string, unknown>>): string {
  return type === 'heading' ? `heading ${String(attrs['level'])}` : (kinds[type] ?? type);
}

function markWords(before: readonly DocMark[], now: readonly DocMark[]): string {
  const [old, own] = [before.map(({ type }) => type), now.map(({ type }) => type)];
  const came = own.filter((type) => !old.includes(type)).map((type) => `now ${looks[type] ?? type}`);
  const went = old.filter((type) => !own.includes(type)).map((type) => `no longer ${looks[type] ?? type}`);
  const words = [...came, ...went];
  return words.length > 0 ? words.join(', ') : 'link changed';
}

const said = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? value : value == null || value === '' ? 'none' : JSON.stringify(value);
