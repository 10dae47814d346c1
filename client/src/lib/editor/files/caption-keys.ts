import { Extension } from '@tiptap/core';
import { NodeSelection, Plugin, TextSelection, type Transaction } from '@tiptap/pm/state';
import { ReplaceAroundStep, type Step } from '@tiptap/pm/transform';

/** What keys do in a caption: it has one line, and the image that it belongs to is never lost by writing. */
export const CaptionKeys = Extension.create({
  name: 'captionKeys',
  priority: 1200,
  addKeyboardShortcuts() {
    const below = () => {
      const { $from } = this.editor.state.selection;
      if ($from.parent.type.name !== 'image') return false;
      const at = $from.after();
      return this.editor
        .chain()
        .insertContentAt(at, { type: 'paragraph' }, { updateSelection: false })
        .setTextSelection(at + 1)
        .run();
    };
    return {
      Enter: below,
      'Shift-Enter': below,
      Backspace: () => {
        const { state, view } = this.editor;
        const { $from, empty } = state.selection;
        if ($from.parent.type.name !== 'image' || !empty || $from.parentOffset > 0) return false;
        view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, $from.before())));
        return true;
      },
      // Into the caption of the image that is chosen.
      Tab: () => {
        const { state, view } = this.editor;
        const { selection } = state;
        if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'image') return false;
        view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, selection.to - 1)).scrollIntoView());
        return true;
      },
    };
  },
  addProseMirrorPlugins() {
    return [new Plugin({ filterTransaction: (transaction) => !losesImage(transaction) })];
  },
});

/** Whether a change would make another block of an image and keep its caption: “heading” was meant for a line of text. */
const losesImage = (transaction: Transaction): boolean =>
  transaction.steps.some((step, index) => {
    const node = isTurning(step) ? transaction.docs[index]?.nodeAt(step.from) : null;
    return isTurning(step) && node?.type.name === 'image' && step.slice.content.firstChild?.type !== node.type;
  });

/** A step that puts another node around the content of one. */
const isTurning = (step: Step): step is ReplaceAroundStep =>
  step instanceof ReplaceAroundStep && step.gapFrom === step.from + 1 && step.gapTo === step.to - 1;
