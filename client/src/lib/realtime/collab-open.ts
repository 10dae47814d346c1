import { SvelteMap } from 'svelte/reactivity';
import { browserSocket, transport } from './browser-transport.ts';
import { CollabDocument, type DocumentRef } from './collab-document.svelte.ts';
import type { Copies } from './copy/copies.ts';
import { documentKey } from './document-key.ts';

type Opened = { ref: DocumentRef; document: CollabDocument; holders: number };

/** The documents of this tab, those included that nobody looks at but that hold changes the server does not have. */
const opened = new SvelteMap<string, Opened>();

let copies: Copies | null = null;

/** A document that somebody looks at, until `release`. */
export type HeldDocument = { document: CollabDocument; release: () => void };

/** Documents opened from now on are kept on this computer in these copies. Returns the end of it. */
export function keepDocumentsIn(those: Copies): () => void {
  copies = those;
  return () => {
    if (copies === those) copies = null;
  };
}

/** Where documents of the person who is signed in are kept; null where nobody is, or nothing is kept. */
export const currentCopies = (): Copies | null => copies;

/**
 * Opens a document, or takes up the one that this tab still holds. Released while it has changes that are not on the
 * server, it stays connected until they are: leaving a page loses nothing.
 */
export function holdDocument(ref: DocumentRef): HeldDocument {
  const held = hold(ref);
  const { awareness } = held.document.provider;
  // It may have been sent in the background, unseen.
  if (awareness.getLocalState() === null) awareness.setLocalState({});
  return held;
}

/** Sends what this computer holds of a document, unseen by others. Resolves when the server has it. */
export async function sendInBackground(ref: DocumentRef): Promise<void> {
  const open = opened.get(documentKey(ref));
  if (open !== undefined) return open.document.takeNews();
  const { document, release } = hold(ref);
  document.provider.awareness.setLocalState(null);
  release();
  await document.whenSaved();
}

function hold(ref: DocumentRef): HeldDocument {
  const key = documentKey(ref);
  const entry = opened.get(key) ?? { ref, document: openDocument(ref), holders: 0 };
  entry.holders++;
  opened.set(key, entry);
  if (opened.size === 1) listen();
  return { document: entry.document, release: () => void release(key, entry) };
}

const openDocument = (ref: DocumentRef): CollabDocument =>
  new CollabDocument(ref, { WebSocket: browserSocket, copies, now: () => new Date(), random: Math.random });

/** Documents of this tab with changes that the server does not have, those written while signed out included. */
export const unsavedHere = (): { ref: DocumentRef; document: CollabDocument }[] =>
  [...opened.values()].filter(({ document }) => document.saving.state !== 'saved' || document.apart !== null);

/** Whether something would be lost with this tab. */
export const hasChangesAtRisk = (): boolean => [...opened.values()].some(({ document }) => document.atRisk > 0);

/** Whether this tab has changes of a document that are not on the server. */
export const holdsUnsent = (ref: DocumentRef): boolean =>
  (opened.get(documentKey(ref))?.document.saving.state ?? 'saved') !== 'saved';

/** Whether somebody writes here, or has just done so: a page that must not be taken away from them. */
export const isWrittenIn = (): boolean =>
  [...opened.values()].some(({ document, holders }) => document.atRisk > 0 || (holders > 0 && document.wasChanged));

/** Resolves when everything written in this tab is on the disk of this computer, or cannot be put there. */
export async function flushDocuments(): Promise<void> {
  await Promise.all([...opened.values()].map(async ({ document }) => document.copy?.flush()));
}

/** Somebody else has signed in: none of these documents may reach the server any more. They stay on this computer. */
export function signOutOfDocuments(): void {
  for (const { document } of opened.values()) document.signOut();
}

/** Lets go of all documents, whatever they hold: their person leaves. */
export function abandonDocuments(): void {
  for (const { document } of opened.values()) document.destroy();
  opened.clear();
  unlisten();
}

async function release(key: string, entry: Opened): Promise<void> {
  entry.holders--;
  if (entry.holders === 0) entry.document.provider.awareness.setLocalStateField('cursor', null);
  await entry.document.whenSaved();
  if (entry.holders > 0 || opened.get(key) !== entry) return;
  opened.delete(key);
  entry.document.destroy();
  if (opened.size === 0) unlisten();
}

let offBetter: () => void = () => {};

function listen(): void {
  addEventListener('beforeunload', warn);
  addEventListener('online', networkChanged);
  addEventListener('offline', networkChanged);
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', flush);
  offBetter = transport.onbetter.add(reconnect);
}

function unlisten(): void {
  removeEventListener('beforeunload', warn);
  removeEventListener('online', networkChanged);
  removeEventListener('offline', networkChanged);
  removeEventListener('pagehide', flush);
  document.removeEventListener('visibilitychange', flush);
  offBetter();
}

/** Asks before the tab is closed, only while something is nowhere but in it. */
function warn(event: BeforeUnloadEvent): void {
  flush();
  if (hasChangesAtRisk()) event.preventDefault();
}

const flush = () => void flushDocuments();

function networkChanged(): void {
  transport.networkChanged();
  reconnect();
}

function reconnect(): void {
  for (const { document } of opened.values()) document.networkChanged();
}
