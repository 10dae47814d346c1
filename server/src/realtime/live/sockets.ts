import type { ClientToServer, ServerToClient } from '@cobench/shared/realtime/live';
import type { Server, Socket } from 'socket.io';
import type { Actor } from '../../platform/access.ts';

/** What the processes of one installation tell each other. */
export type BetweenServers = {
  'sessions.ended': (sessionIds: string[]) => void;
  'membership.changed': (of: { orgId: string; personId: string }) => void;
};

/** Who is at the other end, as of the last time it was asked. */
export type Visitor = { actor: Actor; sessionId: string; asking: number };
export type LiveIo = Server<ClientToServer, ServerToClient, BetweenServers, Visitor>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, BetweenServers, Visitor>;

export const orgRoom = (orgId: string): `org:${string}` => `org:${orgId}`;
export const topicRoom = (kind: 'run' | 'series', id: string): `${'run' | 'series'}:${string}` => `${kind}:${id}`;
