import * as Y from 'yjs';

type Parts = ConstructorParameters<typeof Y.UndoManager>[0];

/** Undo for what `origin` changes in parts of a document, and for nothing of others. */
export const undoOf = (parts: Parts, origin: object): Y.UndoManager =>
  new Y.UndoManager(parts, { trackedOrigins: new Set([origin]) });

/** Takes the keys for undo and redo: those of the browser would bring back what others have changed since. */
export function undoKeys(event: KeyboardEvent, properties: { undo(): void; redo(): void }): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) properties.undo();
  else if (key === 'y' || (key === 'z' && event.shiftKey)) properties.redo();
  else return;
  event.preventDefault();
}
