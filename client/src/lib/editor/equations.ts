import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';

/** The LaTeX of the selected equation; null if none is selected. */
export function selectedLatex(editor: Editor): string | null {
  const { selection } = editor.state;
  if (!(selection instanceof NodeSelection)) return null;
  const latex: unknown = selection.node.attrs['latex'];
  return typeof latex === 'string' ? latex : null;
}

/** Changes the selected equation, or puts a new one where the cursor is. */
export function setEquation(editor: Editor, { latex, display }: { latex: string; display: 'inline' | 'block' }): void {
  const { selection } = editor.state;
  if (selection instanceof NodeSelection && selectedLatex(editor) !== null) {
    editor.chain().focus().updateAttributes(selection.node.type, { latex }).run();
  } else {
    const type = display === 'block' ? 'blockMath' : 'inlineMath';
    editor.chain().focus().insertContent({ type, attrs: { latex } }).run();
  }
}

export function removeEquation(editor: Editor): void {
  editor.chain().focus().deleteSelection().run();
}
