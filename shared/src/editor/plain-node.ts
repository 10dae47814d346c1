import { fileOf, imageOf } from './file-attributes.ts';

/** ProseMirror JSON by its structure. */
export type DocMark = { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> | undefined };
export type DocNode = {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
  readonly text?: string | undefined;
  readonly marks?: readonly DocMark[] | undefined;
  readonly content?: readonly DocNode[] | undefined;
};

/**
 * A node in the one form in which equal content is equal: text of the same marks joined, marks and attributes sorted,
 * nothing empty, and nothing else than ProseMirror's own fields.
 */
export function plainNode({ type, attrs, text, marks, content }: DocNode): DocNode {
  const own = sorted(attrs);
  const plainMarks = (marks ?? []).map(plainMark).toSorted((one, other) => (one.type < other.type ? -1 : 1));
  const children = joined((content ?? []).map(plainNode));
  return {
    type,
    ...(own && { attrs: own }),
    ...(text !== undefined && { text }),
    ...(plainMarks.length > 0 && { marks: plainMarks }),
    ...(children.length > 0 && { content: children }),
  };
}

/** Equal for equal plain nodes, and only for them. */
export const nodeKey = (node: DocNode): string => JSON.stringify(node);

/** All text in a node, a space between blocks; equations by their LaTeX, images and files by what is said of them. */
export function wordsIn(node: DocNode): string {
  if (node.text !== undefined) return node.text;
  const own = ownWords(node);
  return (
    own + (node.content ?? []).map((child) => (child.text === undefined ? ` ${wordsIn(child)}` : child.text)).join('')
  );
}

function ownWords({ type, attrs }: DocNode): string {
  if (type === 'file') return fileOf(attrs)?.name ?? '';
  if (type === 'image') {
    const image = imageOf(attrs);
    return image ? `${image.name} ${image.alt}` : '';
  }
  const latex = attrs?.['latex'];
  return typeof latex === 'string' ? latex : '';
}

export const sameMarks = (one: readonly DocMark[] = [], other: readonly DocMark[] = []): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

export const sameAttrs = (one: DocNode['attrs'], other: DocNode['attrs']): boolean =>
  one === other || JSON.stringify(one ?? {}) === JSON.stringify(other ?? {});

function plainMark({ type, attrs }: DocMark): DocMark {
  const own = sorted(attrs);
  return own ? { type, attrs: own } : { type };
}

function sorted(attrs: DocNode['attrs']): Record<string, unknown> | null {
  const entries = Object.entries(attrs ?? {}).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? null : Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function joined(nodes: readonly DocNode[]): DocNode[] {
  const result: DocNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.text === '') continue;
    if (last?.text !== undefined && node.text !== undefined && sameMarks(last.marks, node.marks)) {
      result[result.length - 1] = { ...last, text: last.text + node.text };
    } else {
      result.push(node);
    }
  }
  return result;
}
