import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/**
 * Tables and code scroll sideways where they are wider than the screen, so the keyboard must reach them: by the cursor
 * while they can be edited, which is said once more on them, and by Tab while they can only be read.
 */
export const Sideways = Extension.create({
  name: 'sideways',
  addProseMirrorPlugins() {
    const { editor } = this;
    let drawn: { doc: Node; editable: boolean; decorations: DecorationSet } | null = null;
    return [
      new Plugin({
        props: {
          decorations({ doc }) {
            const editable = editor.isEditable;
            if (drawn?.doc !== doc || drawn.editable !== editable) {
              drawn = {
                doc,
                editable,
                decorations: reachable(doc, editable ? { contenteditable: 'true' } : { tabindex: '0' }),
              };
            }
            return drawn.decorations;
          },
        },
      }),
    ];
  },
});

function reachable(doc: Node, attributes: Record<string, string>): DecorationSet {
  const decorations: Decoration[] = [];
  doc.descendants((node, at) => {
    if (node.type.name === 'table' || node.type.name === 'codeBlock') {
      decorations.push(Decoration.node(at, at + node.nodeSize, attributes));
    }
    return !node.isTextblock;
  });
  return DecorationSet.create(doc, decorations);
}
