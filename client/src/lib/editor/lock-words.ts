import type { CloseReason, SaveState } from '#lib/realtime/collab-state.ts';
import type { CopyTrouble } from '#lib/realtime/copy/copy-trouble.ts';
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

/** What to say, and what can be done, when something stands between a document and the server. */
export type LockNotice = {
  text: string;
  remedy: 'sign-in' | 'reload' | 'retry' | null;
  /** What is not on the server will not get there by itself: it can be copied, and let go of. */
  isStuck: boolean;
};

/** The server will not have this tab back. */
export function closeNotice(reason: CloseReason, saving: SaveState): LockNotice {
  const isStuck = saving.state !== 'saved';
  const kept = isStuck ? ` ${whereIs(saving)}` : '';
  switch (reason) {
    case 'signed-out':
      return { text: signedOutWords(saving), remedy: 'sign-in', isStuck: false };
    case 'not-allowed':
      return { text: `You may not open this any more.${kept}`, remedy: 'retry', isStuck };
    case 'missing':
      return { text: `This was deleted.${kept}`, remedy: null, isStuck };
    case 'outdated':
      return {
        text: `There is a newer version of Cobench. Reload the page to go on.${kept}`,
        remedy: 'reload',
        isStuck: false,
      };
    case 'flooded':
      return {
        text: `Too much came from this tab at once, so the server stopped listening.${kept}`,
        remedy: 'retry',
        isStuck: false,
      };
    case 'too-big':
      return { text: `The last change was too large for the server.${kept}`, remedy: 'reload', isStuck };
    case 'refused':
      return { text: `The server did not take what this tab sent.${kept}`, remedy: 'reload', isStuck };
    default:
      return reason satisfies never;
  }
}

/** The role no longer allows what was written while it did. */
export const roleNotice = (lock: 'role' | 'demoted', saving: SaveState): LockNotice => ({
  text: `${lockReason(lock)} ${whereIs(saving)}`,
  remedy: null,
  isStuck: true,
});

function signedOutWords(saving: SaveState): string {
  switch (saving.state) {
    case 'saved':
      return 'You are signed out. What you write is kept on this computer until you have signed in again.';
    case 'unsaved':
      return `You are signed out. ${whereIs(saving)} Sign in to send them.`;
    case 'saving':
    case 'kept':
      return 'You are signed out. Your changes are kept on this computer. Sign in to send them.';
    default:
      return saving satisfies never;
  }
}

/** “3 changes were made here while you were signed out. They are on this computer only, the last of them”, and since when. */
export const apartWords = (changes: number): string =>
  changes === 1
    ? '1 change was made here while you were signed out. It is on this computer only,'
    : `${countOf(changes)} were made here while you were signed out. They are on this computer only, the last of them`;

/** “3 changes of yours are on this computer only.” */
function whereIs(saving: SaveState): string {
  if (saving.state === 'saved') return '';
  const { changes } = saving;
  const place = saving.state === 'unsaved' ? 'in this tab' : 'on this computer';
  return `${countOf(changes)} of yours ${changes === 1 ? 'is' : 'are'} ${place} only.`;
}

/** Why nothing is kept on this computer, and what that means. */
export function troubleWords(trouble: CopyTrouble): string {
  const meaning = 'Keep this tab open until everything is saved.';
  switch (trouble) {
    case 'forbidden':
      return `This browser keeps nothing on this computer, as in a private window. ${meaning}`;
    case 'full':
      return `There is no space left for copies on this computer. ${meaning}`;
    case 'newer':
      return `A newer version of Cobench has this document on this computer. ${meaning} Reload the page when you can.`;
    case 'wiped':
      return `The copies on this computer were removed. ${meaning}`;
    case 'failed':
      return `Nothing can be written on this computer now. ${meaning}`;
    default:
      return trouble satisfies never;
  }
}
