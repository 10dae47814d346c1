import type { DocumentKind } from '@cobench/shared/realtime/collab';

/** One document of one organisation. */
export type CollabDocument = { readonly orgId: string; readonly kind: DocumentKind; readonly id: string };

/** Names a document among all that are open. */
export const documentKey = ({ orgId, kind, id }: CollabDocument): string => `${orgId}/${kind}/${id}`;

/** Whose socket it is, in the organisation they are signed in to. `sessionId` is written to the log: it is no secret. */
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly sessionId: string;
  readonly orgId: string;
};

/** Under whose name an update is logged; `sessionId` is null for what the server does by itself. */
export type Writer = { readonly id: string; readonly name: string; readonly sessionId: string | null };

/** What a room knows of a connection. The websocket adapter and the tests' link both provide it. */
export type Peer = {
  readonly id: string;
  readonly person: Person;
  send(message: Uint8Array): void;
  /** Ends the connection. The room has already forgotten the peer, or forgets it now. */
  close(code: number, reason: string): void;
  /** Asked at every message that would change the document. */
  canWrite(): boolean;
  /** Too much of what was sent has not left yet. When all of it has, the room is told that it is `drained`. */
  isSlow(): boolean;
};
