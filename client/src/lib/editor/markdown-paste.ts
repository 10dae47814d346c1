import { markdownToDocument } from '@cobench/shared/editor/markdown';
import { Extension } from '@tiptap/core';
import { Slice, type Node, type Schema } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';

/** Makes rich text of pasted markdown. With Shift held down, text is pasted as it is. */
export const MarkdownPaste = Extension.create({
  name: 'markdownPaste',
  // Before the link extension, which would take the first address in it for all of it.
  priority: 1100,
  addProseMirrorPlugins() {
    let asItIs = false;
    return [
      new Plugin({
        props: {
          handleKeyDown(_view, event) {
            asItIs = event.shiftKey;
            return false;
          },
          handlePaste(view, { clipboardData }) {
            const text = clipboardData?.getData('text/plain') ?? '';
            const inCode = view.state.selection.$from.parent.type.spec.code === true;
            if (asItIs || inCode || hasRichText(clipboardData) || !looksLikeMarkdown(text)) return false;
            const slice = markdownSlice(text, view.state.schema);
            if (slice === null) return false;
            view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView().setMeta('uiEvent', 'paste'));
            return true;
          },
        },
      }),
    ];
  },
});

/** Markdown as nodes of the editor's schema; null where it does not make a valid document. */
export function markdownNodes(markdown: string, schema: Schema): Node | null {
  try {
    return schema.nodeFromJSON(markdownToDocument(markdown));
  } catch (error) {
    // The only thing that can fail is the document that came out of it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function markdownSlice(markdown: string, schema: Schema): Slice | null {
  const document = markdownNodes(markdown, schema);
  return document === null ? null : Slice.maxOpen(document.content);
}

/** Editors of code put HTML beside the text that says nothing but its colours. */
function hasRichText(data: DataTransfer | null): boolean {
  const html = data?.getData('text/html') ?? '';
  if (html === '' || data?.types.includes('vscode-editor-data')) return false;
  return /<(h[1-6]|p|ul|ol|li|table|blockquote|strong|em|b|i|a|code|img)[\s>]/i.test(html);
}

const signs = [
  /^#{1,6} \S/m,
  /^\s*[-*+] (\[[ x]\] )?\S/m,
  /^\s*\d+[.)] \S/m,
  /^(```|~~~)/m,
  /^\|.+\|\s*\n\|[\s:|-]+\|/m,
  /^> \S/m,
  /\*\*\S(.*\S)?\*\*/,
  /`[^`\n]+`/,
  /\[[^\]\n]+\]\([^)\s]+\)/,
  /^\$\$/m,
  /(^|\s)\$[^\s$]([^$\n]*[^\s$])?\$(\s|[.,;:)]|$)/m,
];

/** Whether a text was probably meant as markdown. */
export const looksLikeMarkdown = (text: string): boolean => signs.some((sign) => sign.test(text));
