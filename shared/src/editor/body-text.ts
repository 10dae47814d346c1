import { fileOf, imageOf } from './file-attributes.ts';

type Node = { type?: unknown; text?: unknown; attrs?: { latex?: unknown } | null; content?: unknown };

/** The words of a document's ProseMirror JSON, of whatever nodes it has; one line per paragraph. */
export function bodyText(body: unknown): string {
  const lines: string[] = [''];
  write(body as Node, lines);
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

function write(node: Node, lines: string[]): void {
  if (node.type === 'text') return append(lines, node.text);
  if (node.type === 'inlineMath' || node.type === 'blockMath') append(lines, node.attrs?.latex);
  if (node.type === 'file') append(lines, fileOf(node.attrs)?.name);
  if (node.type === 'image') lines.push(...imageWords(node.attrs));
  if (node.type === 'hardBreak') append(lines, ' ');
  if (!Array.isArray(node.content)) return;
  lines.push('');
  for (const child of node.content as Node[]) write(child, lines);
  lines.push('');
}

function append(lines: string[], text: unknown): void {
  if (typeof text === 'string') lines[lines.length - 1] += text;
}

/** What is said of an image beside its caption, a line each. */
function imageWords(attrs: unknown): string[] {
  const image = imageOf(attrs);
  return image ? [image.alt, image.name, ''] : [];
}
