import type { JSONContent } from '@tiptap/core';

const lines = new Set(['paragraph', 'heading']);
const inline = new Set(['text', 'hardBreak', 'inlineMath', 'file']);
/** What begins with a paragraph whatever else is in it. */
const items = new Set(['listItem', 'taskItem']);

/**
 * Markdown has images within lines, our documents between them: a line is cut where an image stands in it. What is left
 * without a block around it gets a paragraph.
 */
export function liftImages(node: JSONContent): JSONContent {
  if (node.type === 'image') return { ...node, ...(node.content && { content: node.content.map(withoutMarks) }) };
  if (node.content === undefined || node.type === 'codeBlock') return node;
  const content = node.content.map(liftImages);
  if (lines.has(node.type ?? '')) return { ...node, content };
  const blocks = inBlocks(content.flatMap(cut));
  const startsWithText = blocks[0]?.type === 'paragraph';
  return {
    ...node,
    content: items.has(node.type ?? '') && !startsWithText ? [{ type: 'paragraph' }, ...blocks] : blocks,
  };
}

/** A line as the pieces of it and the images between them. */
function cut(line: JSONContent): JSONContent[] {
  const { content = [] } = line;
  if (!lines.has(line.type ?? '') || !content.some(({ type }) => type === 'image')) return [line];
  const pieces: JSONContent[] = [];
  let open: JSONContent[] = [];
  const close = () => {
    const trimmed = trim(open);
    if (trimmed.length > 0) pieces.push({ ...line, content: trimmed });
    open = [];
  };
  for (const child of content) {
    if (child.type !== 'image') {
      open.push(child);
      continue;
    }
    close();
    pieces.push(child);
  }
  close();
  return pieces;
}

/** Without the spaces and breaks that stood between a text and an image. */
function trim(nodes: readonly JSONContent[]): JSONContent[] {
  const isBlank = ({ type, text = '' }: JSONContent) => type === 'hardBreak' || (type === 'text' && text.trim() === '');
  const first = nodes.findIndex((node) => !isBlank(node));
  const last = nodes.findLastIndex((node) => !isBlank(node));
  return nodes.slice(Math.max(first, 0), last + 1).map((node, at, all) => {
    if (node.type !== 'text' || node.text === undefined) return node;
    const start = at === 0 ? node.text.trimStart() : node.text;
    return { ...node, text: at === all.length - 1 ? start.trimEnd() : start };
  });
}

function inBlocks(nodes: readonly JSONContent[]): JSONContent[] {
  const blocks: JSONContent[] = [];
  let open: JSONContent | null = null;
  for (const node of nodes) {
    if (!inline.has(node.type ?? '')) {
      open = null;
      blocks.push(node);
    } else if (open === null) {
      open = { type: 'paragraph', content: [node] };
      blocks.push(open);
    } else {
      open.content?.push(node);
    }
  }
  return blocks;
}

const withoutMarks = ({ type, text }: JSONContent): JSONContent => ({ ...(type && { type }), ...(text && { text }) });
