import { getSchema, type JSONContent } from '@tiptap/core';
import { MarkdownManager } from '@tiptap/markdown';
import { liftImages } from './lift-images.ts';
import { documentExtensions } from './schema.ts';

const extensions = documentExtensions();
const manager = new MarkdownManager({ extensions, markedOptions: { gfm: true } });

/** The ProseMirror schema of every document. */
export const documentSchema = getSchema(extensions);

/** Reads GitHub-flavoured markdown with `$…$` math into a document. Throws where the result is not a valid document. */
export function markdownToDocument(markdown: string): JSONContent {
  const document = liftImages(joined(manager.parse(markdown)));
  documentSchema.nodeFromJSON(document).check();
  return document;
}

/** A line end inside a paragraph of markdown is a space. */
function joined(node: JSONContent): JSONContent {
  if (node.type === 'codeBlock') return node;
  if (node.type === 'text') return { ...node, text: node.text?.replace(/[ \t]*\n[ \t]*/g, ' ') ?? '' };
  return node.content === undefined ? node : { ...node, content: node.content.map(joined) };
}

/** Writes a document as GitHub-flavoured markdown that reads back as the same text. */
export const documentToMarkdown = (document: JSONContent): string =>
  manager
    .serialize(marked(document))
    .replace(codeWithBacktick, (_, code: string) => `\`\` ${code.replaceAll(backtick, '`')} \`\``)
    .replaceAll(backslash, '\\');

/**
 * The serializer escapes what means something inside a line. What means something at the start of a line, dollars, the
 * bars of a table and backticks in code are marked before it runs, by characters that it leaves alone.
 */
const backslash = '\uE000';
const backtick = '\uE001';
const codeWithBacktick = /`([^`]*\uE001[^`]*)`/g;

function marked(node: JSONContent, inTable = false): JSONContent {
  if (node.type === 'codeBlock' || node.type === 'image') return node;
  const table = inTable || node.type === 'table';
  const content = node.content?.map((child, index) => {
    if (child.type !== 'text') return marked(child, table);
    const text = (child.text ?? '').replace(/[\uE000\uE001]/g, '');
    if (child.marks?.some(({ type }) => type === 'code')) return { ...child, text: text.replaceAll('`', backtick) };
    const startsLine = index === 0 || node.content?.[index - 1]?.type === 'hardBreak';
    return { ...child, text: escaped(text, { startsLine, table }) };
  });
  return content === undefined ? node : { ...node, content };
}

function escaped(text: string, { startsLine, table }: { startsLine: boolean; table: boolean }): string {
  const inside = text.replace(table ? /\$|\||==|\+\+/g : /\$|==|\+\+/g, `${backslash}$&`);
  if (!startsLine) return inside;
  return inside
    .replace(/^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$|-))/, `$1${backslash}$2`)
    .replace(/^(\s*\d+)(?=[.)](?:\s|$))/, `$1${backslash}`);
}
