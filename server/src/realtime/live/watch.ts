import { longestCatchUp, mostWatches, Topic, WatchRequest, type WatchAnswer } from '@cobench/shared/realtime/live';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { Actor } from '../../platform/access.ts';
import type { Log } from '../../platform/log.ts';
import { topicRoom, type LiveSocket } from './sockets.ts';

type ById = { id: string };
type After = ById & { after: number; limit: number };

/** What may be watched: the same services that answer over HTTP, so the same rights. */
export type Topics = {
  runs: {
    get(actor: Actor, ref: ById): Promise<unknown>;
    events(actor: Actor, range: After): Promise<{ items: RunEvent[] }>;
  };
  series: {
    get(actor: Actor, ref: ById): Promise<unknown>;
    pointsAfter(actor: Actor, range: After): Promise<SeriesPoint[]>;
  };
};
type Source<T> = {
  kind: Topic['kind'];
  allow(actor: Actor, ref: ById): Promise<unknown>;
  read(actor: Actor, range: After): Promise<T[]>;
};

/** Lets a connection watch runs and series: everything after a number, gapless into what happens live. */
export function answerWatches(socket: LiveSocket, { runs, series, log }: Topics & { log: Log }): void {
  const run: Source<RunEvent> = {
    kind: 'run',
    allow: runs.get,
    read: async (actor, range) => (await runs.events(actor, range)).items,
  };
  const points: Source<SeriesPoint> = { kind: 'series', allow: series.get, read: series.pointsAfter };

  // One after another, and only as fast as the answers are taken: what is read for a connection does not pile up.
  const turns = inTurn();
  const turn = <T>(work: () => Promise<T>): Promise<T> => turns('', work);

  socket.on('watch.run', async (request, answer) => reply(answer, await watch(request, run)));
  socket.on('watch.series', async (request, answer) => reply(answer, await watch(request, points)));
  socket.on('unwatch', async (topic) => {
    const parsed = Topic.safeParse(topic);
    if (!parsed.success || socket.data.asking >= mostWatches) return;
    socket.data.asking++;
    await turn(async () => socket.leave(topicRoom(parsed.data.kind, parsed.data.id)));
    socket.data.asking--;
  });

  async function watch<T>(request: unknown, source: Source<T>): Promise<WatchAnswer<T>> {
    const parsed = WatchRequest.safeParse(request);
    if (!parsed.success || isFull(socket, topicRoom(source.kind, parsed.data.id))) return { ok: false };
    socket.data.asking++;
    try {
      return await turn(async () => {
        await socket.data.outlet.free();
        return catchUp(parsed.data, source);
      });
    } catch (error) {
      if (!(error instanceof Fault)) log.error({ err: error }, 'a watch failed');
      return { ok: false };
    } finally {
      socket.data.asking--;
    }
  }

  async function catchUp<T>({ id, after }: WatchRequest, { kind, allow, read }: Source<T>): Promise<WatchAnswer<T>> {
    const { actor } = socket.data;
    await allow(actor, { id });
    if (!socket.connected) return { ok: false };
    // Join first: what is stored while the history is read arrives live instead of falling between the two.
    await socket.join(topicRoom(kind, id));
    const missed = await read(actor, { id, after, limit: longestCatchUp + 1 });
    return missed.length > longestCatchUp ? { ok: true, reload: true } : { ok: true, missed };
  }
}

/** `answer` comes from the other side and may be anything. */
function reply<T>(answer: unknown, given: WatchAnswer<T>): void {
  if (typeof answer === 'function') answer(given);
}

/** Whether a connection watches all it may; asking again about what it watches already is always possible. */
function isFull(socket: LiveSocket, room: string): boolean {
  // Every socket is also in its own room and its organisation's.
  const watched = [...socket.rooms].filter((joined) => /^(run|series):/.test(joined));
  return socket.data.asking + (watched.includes(room) ? 0 : watched.length) >= mostWatches;
}
