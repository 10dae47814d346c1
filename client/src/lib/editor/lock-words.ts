import type { CloseReason } from '#lib/realtime/collab-state.ts';
import type { Lock } from './editor-session.svelte.ts';
import { countOf } from './save-words.ts';

/** Why one cannot write here, in a sentence. */
export function lockReason(lock: Exclude<Lock, null>): string {
  switch (lock) {
    case 'role':
      return 'Your role reads here and does not write.';
    case 'demoted':
      return 'Your role no longer allows changes here.';
    case 'unknown-content':
      return 'This page is older than something in the text. Reload it.';
    case 'closed':
      return 'The server has closed this document for you.';
    default:
      return lock satisfies never;
  }
}

/** What to say, and what can be done, when a document has become read only while it was open. */
export type LockNotice = { text: string; remedy: 'sign-in' | 'reload' | 'retry' | null };

/** `unsaved`: changes that are in this tab only. */
export function closeNotice(reason: CloseReason, unsaved: number): LockNotice {
  const kept =
    unsaved === 0 ? '' : ` ${sentence(countOf(unsaved))} of yours ${unsaved === 1 ? 'is' : 'are'} in this tab only.`;
  switch (reason) {
    case 'signed-out':
      return unsaved === 0
        ? { text: 'You are signed out. Sign in to go on.', remedy: 'sign-in' }
        : { text: `You are signed out. Sign in to keep ${countOf(unsaved)}.`, remedy: 'sign-in' };
    case 'not-allowed':
      return { text: `You may not open this any more.${kept}`, remedy: 'retry' };
    case 'missing':
      return { text: `This was deleted.${kept}`, remedy: null };
    case 'outdated':
      return { text: `There is a newer version of Cobench. Reload the page to go on.${kept}`, remedy: 'reload' };
    case 'flooded':
      return { text: `Too much came from this tab at once, so the server stopped listening.${kept}`, remedy: 'retry' };
    case 'too-big':
      return { text: `The last change was too large for the server.${kept}`, remedy: 'reload' };
    case 'refused':
      return { text: `The server could not read what this tab sent.${kept}`, remedy: 'reload' };
    default:
      return reason satisfies never;
  }
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
