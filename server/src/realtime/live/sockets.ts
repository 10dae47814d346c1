import type { ClientToServer, Place, ServerToClient } from '@cobench/shared/realtime/live';
import type { Server, Socket } from 'socket.io';
import type { Actor } from '../../platform/access.ts';
import type { Outlet } from './outlet.ts';

/** What the processes of one installation tell each other. */
export type BetweenServers = {
  'sessions.ended': (sessionIds: string[]) => void;
  'membership.changed': (of: { orgId: string; personId: string }) => void;
  'access.changed': (of: SeenBy) => void;
};

/** Who sees a project of an organisation beside its administrators; null: everybody. */
export type SeenBy = { orgId: string; projectId: string; people: readonly string[] | null };

/** Who is at the other end, as of the last time it was asked. */
export type Visitor = {
  actor: Actor;
  sessionId: string;
  /** What waits for it to be taken. */
  outlet: Outlet;
  /** Watches that are being answered. */
  asking: number;
  /** How often it was asked who this is: only the last answer counts. */
  judged: number;
};
export type LiveIo = Server<ClientToServer, ServerToClient, BetweenServers, Visitor>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, BetweenServers, Visitor>;

export const orgRoom = (orgId: string): `org:${string}` => `org:${orgId}`;
/** Where those are who do not see a project: what is in it is told to everybody else. */
export const outsideRoom = (projectId: string): `outside:${string}` => `outside:${projectId}`;
export const isOutside = (room: string): room is `outside:${string}` => room.startsWith('outside:');
/** Where those are who hear of all that changes in an organisation, and those who hear of one project or one tool. */
export const boardsRoom = (orgId: string): `boards:${string}` => `boards:${orgId}`;
export const placeRoom = ({ kind, id }: Place): `in:${string}` => `in:${kind}:${id}`;
export const isOfBoards = (room: string): boolean => /^(boards|in):/.test(room);
export const topicRoom = (kind: 'run' | 'series', id: string): `${'run' | 'series'}:${string}` => `${kind}:${id}`;
