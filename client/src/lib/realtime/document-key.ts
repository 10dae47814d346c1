import type { DocumentRef } from './collab-document.svelte.ts';

/** Names a document among all of its organisation. */
export const documentKey = ({ kind, id }: DocumentRef): string => `${kind}/${id}`;
