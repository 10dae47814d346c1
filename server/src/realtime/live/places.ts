import { HearRequest } from '@cobench/shared/realtime/live';
import type { Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { Log } from '../../platform/log.ts';
import { boardsRoom, isOfBoards, placeRoom, type LiveSocket } from './sockets.ts';

type Gets = { get(actor: Actor, ref: { id: string }): Promise<unknown> };
/** Where one may look: the same services that answer over HTTP, so the same rights. */
export type PlaceServices = { projects: Gets; instruments: Gets };

/** Lets a connection name the projects and tools whose runs, series and entries it hears of, instead of all. */
export function answerPlaces(socket: LiveSocket, { projects, instruments, log }: PlaceServices & { log: Log }): void {
  const turns = inTurn();
  let asked = 0;

  socket.on('hear', async (request, answer) => {
    const parsed = HearRequest.safeParse(request);
    // Of many that wait only the newest counts.
    const mine = ++asked;
    const ok = parsed.success && (await turns('', async () => mine === asked && hear(parsed.data)));
    // It comes from the other side and may be anything.
    if (typeof answer === 'function') answer({ ok });
  });

  async function hear({ places }: HearRequest): Promise<boolean> {
    const { actor } = socket.data;
    try {
      for (const { kind, id } of places ?? []) await (kind === 'project' ? projects : instruments).get(actor, { id });
    } catch (error) {
      if (!(error instanceof Fault)) log.error({ err: error }, 'a place could not be judged');
      return false;
    }
    if (!socket.connected) return false;
    const rooms: string[] = places?.map(placeRoom) ?? [boardsRoom(actor.orgId)];
    // Joined first: what is told meanwhile is told of both.
    await socket.join(rooms);
    for (const room of socket.rooms) if (isOfBoards(room) && !rooms.includes(room)) await socket.leave(room);
    return true;
  }
}
