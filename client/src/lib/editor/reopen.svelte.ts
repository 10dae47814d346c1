import { untrack } from 'svelte';
import type { CollabDocument } from '#lib/realtime/collab-document.svelte.ts';

const again = 500;

/**
 * Opens a document again that was deleted and came back. The page is told of both on a line of its own, and may know it
 * before the document is closed: so it is asked for as long as the page says that it is there and the server does not.
 */
export function reopenWhile(isThere: () => boolean, collab: Pick<CollabDocument, 'state' | 'retry'>): void {
  $effect(() => {
    if (isThere()) untrack(() => collab.retry());
  });
  $effect(() => {
    const { state } = collab;
    if (!isThere() || state.state !== 'closed' || state.reason !== 'missing') return undefined;
    const timer = setTimeout(() => collab.retry(), again);
    return () => clearTimeout(timer);
  });
}
