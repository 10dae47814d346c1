import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import type { Node } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';
import type * as Y from 'yjs';

/** What we need to know of the binding of y-tiptap 3.0.9 between an editor and its Yjs document. */
export type Binding = {
  /** Which node each part of the Yjs document is, and which pieces of text. */
  mapping: Mapping;
  type: Y.XmlFragment;
  doc: Y.Doc;
  /** Where the cursor is, for the time of a change. */
  beforeTransactionSelection: Cursor | null;
  _observeFunction: Observe;
  /** Writes what the editor shows into the Yjs document. */
  _prosemirrorChanged: (document: Node) => void;
};
/** A selection by what it stands behind, and where that was: null where that shall not be looked at. */
type Cursor = {
  anchor: Y.RelativePosition | null;
  head: Y.RelativePosition | null;
  absAnchor: number | null;
  absHead: number | null;
};
export type Mapping = Map<unknown, Node | Node[]>;
export type Observe = Parameters<Y.XmlFragment['observeDeep']>[0];

/** An extension that changes how the binding of an editor works, once it has its view. A lower priority comes later. */
export function bindingExtension(
  { name, priority = 10 }: { name: string; priority?: number },
  change: (binding: Binding, view: EditorView) => void,
): Extension {
  const view = (of: EditorView) => {
    change((ySyncPluginKey.getState(of.state) as { binding: Binding }).binding, of);
    return {};
  };
  return Extension.create({ name, priority, addProseMirrorPlugins: () => [new Plugin({ view })] });
}

/** Has the binding hear of changes through another function. */
export function watchWith(binding: Binding, observe: Observe): void {
  binding.type.unobserveDeep(binding._observeFunction);
  binding._observeFunction = observe;
  binding.type.observeDeep(observe);
}
