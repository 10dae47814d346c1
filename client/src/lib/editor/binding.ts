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
  beforeTransactionSelection: unknown;
  _observeFunction: Observe;
  /** Writes what the editor shows into the Yjs document. */
  _prosemirrorChanged: (document: Node) => void;
};
export type Mapping = Map<unknown, Node | Node[]>;
export type Observe = Parameters<Y.XmlFragment['observeDeep']>[0];

/** The binding of an editor that has its view. */
export const bindingOf = (view: EditorView): Binding =>
  (ySyncPluginKey.getState(view.state) as { binding: Binding }).binding;
