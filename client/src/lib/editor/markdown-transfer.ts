import { documentToMarkdown } from '@cobench/shared/editor/markdown';
import type { Editor } from '@tiptap/core';
import { fileName, saveFile } from '#lib/ui/save-file.ts';
import { markdownNodes } from './markdown-paste.ts';

/** The whole document as it is in this tab. */
export const markdownOf = (editor: Editor): string => documentToMarkdown(editor.getJSON());

/** Hands text over as a markdown file named after it. */
export function downloadMarkdown(markdown: string, title: string): void {
  saveFile(new Blob([markdown], { type: 'text/markdown' }), fileName(title, 'md'));
}

/** The longest markdown that is read in, in characters. */
export const longestMarkdown = 500_000;

/** Puts markdown where the cursor is, or after everything. False if it does not make a valid document. */
export function insertMarkdown(editor: Editor, markdown: string, where: 'cursor' | 'end'): boolean {
  const nodes = markdownNodes(markdown, editor.schema);
  if (nodes === null) return false;
  const { doc, selection } = editor.state;
  const blank = doc.childCount === 1 && doc.firstChild?.isTextblock === true && doc.firstChild.content.size === 0;
  const content = nodes.content.toJSON();
  if (blank) return editor.chain().focus().insertContentAt({ from: 0, to: doc.content.size }, content).run();
  const at = where === 'end' ? doc.content.size : { from: selection.from, to: selection.to };
  return editor.chain().focus().insertContentAt(at, content).scrollIntoView().run();
}
