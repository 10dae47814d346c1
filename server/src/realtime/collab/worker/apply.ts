import * as Y from 'yjs';

/**
 * Applies updates and nothing else. After changes of others, Yjs deletes formatting that has become useless, as a change
 * of its own: a replica that tells nobody would from then on be a document that never was.
 */
export function applyAsIs(doc: Y.Doc, updates: Iterable<Uint8Array>): void {
  doc.transact((transaction) => {
    for (const update of updates) Y.applyUpdate(doc, update);
    transaction.local = true;
  });
}
