import type * as Y from 'yjs';

const underway = new WeakMap<Y.Doc, readonly Uint8Array[]>();

/** Runs what takes updates of others into a document. While it does, whoever watches the document may ask for them. */
export function takingIn<T>(doc: Y.Doc, updates: readonly Uint8Array[], take: () => T): T {
  underway.set(doc, updates);
  try {
    return take();
  } finally {
    underway.delete(doc);
  }
}

/** The updates of others that a document is taking in now. */
export const updatesUnderway = (doc: Y.Doc): readonly Uint8Array[] => underway.get(doc) ?? [];
