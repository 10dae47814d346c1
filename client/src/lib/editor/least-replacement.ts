import { Extension } from '@tiptap/core';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { Slice, type Fragment, type Node } from '@tiptap/pm/model';
import { Plugin, type Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import type * as Y from 'yjs';

/** What this file needs to know of the binding of y-tiptap 3.0.9. */
type Binding = {
  mapping: Map<unknown, unknown>;
  type: Y.XmlFragment;
  /** Where the cursor is, for the time of a change. */
  beforeTransactionSelection: unknown;
  _observeFunction: Observe;
};
type Observe = Parameters<Y.XmlFragment['observeDeep']>[0];

/**
 * The binding between Yjs and the editor makes every node anew and replaces the whole document whenever somebody else
 * types a letter: in a long document each keystroke of a colleague would cost as much as opening it. Here it keeps the
 * nodes that have not changed, and replaces only what differs, so that the editor draws, maps and decorates only that.
 */
export const LeastReplacement = Extension.create({
  name: 'leastReplacement',
  // After the binding has its view.
  priority: 10,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        view(view) {
          const { binding } = ySyncPluginKey.getState(view.state) as { binding: Binding };
          // It forgets by itself the nodes that a change touches, and those around them.
          binding.mapping.clear = () => undefined;
          Object.defineProperty(binding, '_tr', { get: () => replacingLeast(view) });
          watchWith(binding, takingAll(binding));
          return {};
        },
      }),
    ];
  },
});

function watchWith(binding: Binding, observe: Observe): void {
  binding.type.unobserveDeep(binding._observeFunction);
  binding._observeFunction = observe;
  binding.type.observeDeep(observe);
}

/**
 * Once in a while the binding looks for the cursor where the new document has no place, and would leave the editor
 * behind its document. Then the change is taken without it: the cursor stays where the editor's own mapping puts it.
 */
function takingAll(binding: Binding): Observe {
  const observe = binding._observeFunction;
  return (...change) => {
    try {
      observe(...change);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      binding.beforeTransactionSelection = null;
      observe(...change);
    }
  };
}

/** The binding only ever replaces the whole document: here by the smallest step with the same result. */
function replacingLeast(view: EditorView): Transaction {
  const transaction = view.state.tr.setMeta('addToHistory', false);
  const replace = transaction.replace.bind(transaction);
  transaction.replace = (from, to, slice = Slice.empty) => {
    const step = leastStep(transaction.doc, slice.content);
    if (step === 'nothing' || transaction.maybeStep(step).failed === null) return transaction;
    // An empty document, for one, is not what the schema allows: this way fills in what is missing.
    return replace(from, to, slice);
  };
  return transaction;
}

/** The smallest replacement that turns the content of a document into another one. */
export function leastStep(document: Node, content: Fragment): ReplaceStep | 'nothing' {
  const start = document.content.findDiffStart(content);
  if (start === null) return 'nothing';
  const end = document.content.findDiffEnd(content) ?? { a: start, b: start };
  // In "aa" → "aaa" beginning and end overlap.
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const slice = document.copy(content).slice(start, end.b + overlap);
  return new ReplaceStep(start, end.a + overlap, slice);
}
