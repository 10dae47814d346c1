import type { Editor } from '@tiptap/core';

/**
 * A click into the empty space below the last block goes on writing there: in the last line if it is an empty one, in a new
 * one otherwise. Nobody would get out of a table or a block of code at the end without it.
 */
export function writeBelow(editor: Editor, { clientY }: MouseEvent): void {
  const { doc } = editor.state;
  const last = editor.view.dom.lastElementChild;
  if (!editor.isEditable || last === null || clientY <= last.getBoundingClientRect().bottom) return;
  const block = doc.lastChild;
  const isPlain = block?.type.name === 'paragraph';
  if (!isPlain) editor.chain().insertContentAt(doc.content.size, { type: 'paragraph' }).run();
  editor.commands.focus('end');
}
