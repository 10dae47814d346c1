import { CollabDocument, type DocumentRef } from './collab-document.svelte.ts';

type Opened = { document: CollabDocument; holders: number };

/** The documents of this tab, those included that nobody looks at but that hold changes the server does not have. */
const opened = new Map<string, Opened>();

/** A document that somebody looks at, until `release`. */
export type HeldDocument = { document: CollabDocument; release: () => void };

/**
 * Opens a document, or takes up the one that this tab still holds. Released while it has changes that are not on the
 * server, it stays connected until they are: leaving a page loses nothing.
 */
export function holdDocument(ref: DocumentRef): HeldDocument {
  const key = `${ref.kind}/${ref.id}`;
  const entry = opened.get(key) ?? { document: new CollabDocument(ref), holders: 0 };
  entry.holders++;
  opened.set(key, entry);
  if (opened.size === 1) listen();
  return { document: entry.document, release: () => void release(key, entry) };
}

/** Whether something was written that is in this tab only. */
export const hasUnsavedChanges = (): boolean =>
  [...opened.values()].some(({ document }) => document.saving.state !== 'saved');

async function release(key: string, entry: Opened): Promise<void> {
  entry.holders--;
  if (entry.holders === 0) entry.document.provider.awareness.setLocalStateField('cursor', null);
  await entry.document.whenSaved();
  if (entry.holders > 0 || opened.get(key) !== entry) return;
  opened.delete(key);
  entry.document.destroy();
  if (opened.size === 0) unlisten();
}

function listen(): void {
  addEventListener('beforeunload', warn);
  addEventListener('online', networkChanged);
  addEventListener('offline', networkChanged);
}

function unlisten(): void {
  removeEventListener('beforeunload', warn);
  removeEventListener('online', networkChanged);
  removeEventListener('offline', networkChanged);
}

/** Asks before the tab is closed, only while something is nowhere but in it. */
function warn(event: BeforeUnloadEvent): void {
  if (hasUnsavedChanges()) event.preventDefault();
}

function networkChanged(): void {
  for (const { document } of opened.values()) document.networkChanged();
}
