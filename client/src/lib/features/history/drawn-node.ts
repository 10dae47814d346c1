import type { DocMark } from '@cobench/shared/editor/plain-node';
import type { ComparedNode } from '@cobench/shared/editor/compare-node';

/** A node of a document that is only looked at: of a past state with authors, or of a comparison. */
export type DrawnNode = {
  type: string;
  attrs?: Readonly<Record<string, unknown>> | undefined;
  text?: string | undefined;
  marks?: readonly DocMark[] | undefined;
  content?: readonly DrawnNode[] | undefined;
  /** Index of the author. */
  by?: number;
  change?: ComparedNode['change'];
  was?: ComparedNode['was'];
};

/** Who wrote a piece, as it is shown. */
export type Author = { id: string; name: string; colour: string; words: string };

/** How authors are shown: not at all, in their colours, or with their names in the text too. */
export const authorLooks = ['colours', 'names', 'off'] as const;
export type AuthorLook = (typeof authorLooks)[number];

const plainTags: Readonly<Record<string, string>> = {
  paragraph: 'p',
  bulletList: 'ul',
  orderedList: 'ol',
  taskList: 'ul',
  listItem: 'li',
  blockquote: 'blockquote',
  codeBlock: 'pre',
  horizontalRule: 'hr',
  tableRow: 'tr',
  tableCell: 'td',
  tableHeader: 'th',
};

/** The element a node is drawn as. What this version does not know is drawn as its content. */
export function tagOf({ type, attrs }: DrawnNode): string {
  if (type !== 'heading') return plainTags[type] ?? 'div';
  const level = Number(attrs?.['level']);
  return level >= 1 && level <= 6 ? `h${level}` : 'p';
}

/** The attributes of that element. */
export function attributesOf({ type, attrs = {} }: DrawnNode): Record<string, string | number | undefined> {
  const number = (name: string): number | undefined => {
    const value = Number(attrs[name] ?? 1);
    return Number.isInteger(value) && value > 1 ? value : undefined;
  };
  if (type === 'taskList') return { 'data-type': 'taskList' };
  if (type === 'orderedList') return { start: number('start') };
  if (type === 'tableCell' || type === 'tableHeader') return { colspan: number('colspan'), rowspan: number('rowspan') };
  return {};
}

/** The address of a link, where it is one that a browser may be sent to. */
export function linkOf({ marks = [] }: DrawnNode): string | null {
  const href = marks.find(({ type }) => type === 'link')?.attrs?.['href'];
  return typeof href === 'string' && /^(https?:|mailto:|\/(?!\/)|#)/i.test(href) ? href : null;
}
