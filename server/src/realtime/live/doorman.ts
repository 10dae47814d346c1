import type { IncomingMessage } from 'node:http';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Log } from '../../platform/log.ts';
import { boardsRoom, isOutside, orgRoom, outsideRoom, type LiveIo, type LiveSocket, type SeenBy } from './sockets.ts';

/** Who a request comes from, read afresh each time; null where nobody is signed in (any more). */
export type Authenticate = (req: IncomingMessage) => Promise<Actor | null>;
type Deps = {
  authenticate: Authenticate;
  events: DomainEvents;
  log: Log;
  tellOtherServers: boolean;
  /** A session may expire without anybody saying so; this often (milliseconds) every connection is asked again. */
  askAgainEvery: number;
};

/** How many sessions are asked about at once. */
const atOnce = 50;

/**
 * Lets people with a session in, and sees to it that they leave with their session or their role, and hear of no project
 * that they do not see.
 */
export function keepDoor(io: LiveIo, { authenticate, events, log, ...options }: Deps): { stop(): void } {
  io.use((socket, next) => {
    const judged = async (): Promise<void> => next(await admit(socket));
    void judged();
  });
  io.on('connection', async (socket) => {
    const { orgId, hidden } = socket.data.actor;
    await socket.join([...hidden].map(outsideRoom));
    await socket.join([orgRoom(orgId), boardsRoom(orgId)]);
    // A session that ended while it was let in was in no list yet: look once more.
    await askAgain([socket]);
    if (socket.connected) socket.emit('session.role', { role: socket.data.actor.role });
  });

  async function admit(socket: LiveSocket): Promise<Error | undefined> {
    try {
      const actor = await authenticate(socket.request);
      if (actor?.via.kind !== 'session') return new Error('auth.required');
      Object.assign(socket.data, { actor, sessionId: actor.via.sessionId, asking: 0, judged: 0 });
      return undefined;
    } catch (error) {
      log.error({ err: error }, 'a live connection could not be judged');
      return new Error('service.unavailable');
    }
  }

  /** Asks about sockets of one session. Those of a session that ended are told; a moved one comes back by itself. */
  async function askAgain(sockets: readonly LiveSocket[]): Promise<void> {
    const [first] = sockets;
    if (!first) return;
    const asked = sockets.map((socket) => ({ socket, turn: ++socket.data.judged }));
    try {
      const actor = await authenticate(first.request);
      for (const { socket, turn } of asked) {
        // What is known of them was asked after this.
        if (turn !== socket.data.judged) continue;
        if (!actor) end(socket);
        else if (actor.orgId !== socket.data.actor.orgId) socket.disconnect(true);
        else await changeActor(socket, actor);
      }
    } catch (error) {
      log.warn({ err: error }, 'a live connection could not be judged again');
    }
  }

  async function askAllAgain(which: Iterable<LiveSocket> = io.sockets.sockets.values()): Promise<void> {
    const sessions = [...Map.groupBy(which, ({ data }) => data.sessionId).values()];
    while (sessions.length > 0) await Promise.all(sessions.splice(0, atOnce).map(askAgain));
  }

  const socketsWhere = (matches: (socket: LiveSocket) => boolean): LiveSocket[] =>
    [...io.sockets.sockets.values()].filter(matches);

  function endSessions(sessionIds: string[]): void {
    const ended = new Set(sessionIds);
    for (const socket of socketsWhere(({ data }) => ended.has(data.sessionId))) end(socket);
  }

  async function judgeMember({ orgId, personId }: { orgId: string; personId: string }): Promise<void> {
    const sockets = socketsWhere(({ data: { actor } }) => actor.orgId === orgId && actor.personId === personId);
    const sessions = Map.groupBy(sockets, ({ data }) => data.sessionId);
    await Promise.all([...sessions.values()].map(askAgain));
  }

  /** Whoever does not see the project any more is told nothing from this moment on; then all are asked about. */
  async function judgeAccess({ orgId, projectId, people }: SeenBy): Promise<void> {
    const sockets = socketsWhere(({ data: { actor } }) => actor.orgId === orgId);
    // What was asked about them before does not count any more.
    for (const { data } of sockets) data.judged++;
    const outside = sockets.filter(({ data: { actor } }) => people && !isAmong(people, actor));
    // All of them before anything else is heard of: the next message may be about the project.
    await Promise.all(outside.map((socket) => Promise.resolve(socket.join(outsideRoom(projectId)))));
    await askAllAgain(sockets);
  }

  events.on('sessions.ended', ({ sessionIds }) => {
    endSessions(sessionIds);
    if (options.tellOtherServers) io.serverSideEmit('sessions.ended', sessionIds);
  });
  events.on('membership.changed', async ({ orgId, personId }) => {
    if (options.tellOtherServers) io.serverSideEmit('membership.changed', { orgId, personId });
    await judgeMember({ orgId, personId });
  });
  events.on('access.changed', async ({ orgId, projectId, people }) => {
    const seenBy = { orgId, projectId, people };
    if (options.tellOtherServers) io.serverSideEmit('access.changed', seenBy);
    await judgeAccess(seenBy);
  });
  io.on('sessions.ended', endSessions);
  io.on('membership.changed', (of) => void judgeMember(of));
  io.on('access.changed', (of) => void judgeAccess(of));

  let asking: Promise<void> | null = null;
  const timer = setInterval(() => {
    asking ??= askAllAgain().finally(() => (asking = null));
  }, options.askAgainEvery);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Whoever has a page open sees what their new role allows, and no project that they have lost. */
async function changeActor(socket: LiveSocket, actor: Actor): Promise<void> {
  const { role, hidden } = socket.data.actor;
  socket.data.actor = actor;
  if (actor.role !== role) socket.emit('session.role', { role: actor.role });
  const outside = [...actor.hidden].map(outsideRoom);
  const inside = [...socket.rooms].filter((room) => isOutside(room) && !outside.includes(room));
  await socket.join(outside);
  for (const room of inside) await socket.leave(room);
  const lost = [...actor.hidden].filter((id) => !hidden.has(id));
  const found = [...hidden].some((id) => !actor.hidden.has(id));
  if (found || lost.length > 0) socket.emit('session.projects', { lost });
}

const isAmong = (people: readonly string[], { role, personId }: Actor): boolean =>
  role === 'admin' || people.includes(personId);

function end(socket: LiveSocket): void {
  socket.emit('session.ended');
  socket.disconnect(true);
}
