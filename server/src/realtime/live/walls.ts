import type { IncomingMessage } from 'node:http';
import { wallNamespace, wallTickEvery } from '@cobench/shared/kiosks/wall';
import type { DomainEvents } from '../../domain-events.ts';
import type { Log } from '../../platform/log.ts';
import { announceToWalls } from './announce-walls.ts';
import { Outlet } from './outlet.ts';
import { isOutside, outsideRoom, type LiveIo } from './sockets.ts';
import { allWallsRoom, kioskRoom, wallRoom, type ScreenView, type WallDoor, type WallSocket } from './wall-sockets.ts';

/** What a screen may see, read afresh each time; null where its link shows nothing (any more). */
export type ViewOfScreen = (req: IncomingMessage) => Promise<ScreenView | null>;

type Deps = { viewOfScreen: ViewOfScreen; events: DomainEvents; log: Log; askAgainEvery: number };

/** How many screens are asked about at once. */
const atOnce = 50;

/**
 * Screens on walls have a namespace of their own: they hear what is announced to walls and nothing else, and say nothing.
 * Their cookie opens no other, and no session opens this one.
 */
export function serveWalls(io: LiveIo, { viewOfScreen, events, log, askAgainEvery }: Deps): { stop(): void } {
  const door = io.of(wallNamespace) as unknown as WallDoor;
  const announcements = announceToWalls(door, events);

  door.use((socket, next) => {
    const judged = async (): Promise<void> => next(await admit(socket));
    void judged();
  });
  door.on('connection', async (socket) => {
    void new Outlet(socket, () => socket.emit('wall.changed'));
    await place(socket);
    // What was taken back while it was let in was told to nobody here: look once more.
    await askAgain(socket);
  });

  async function admit(socket: WallSocket): Promise<Error | undefined> {
    try {
      const view = await viewOfScreen(socket.request);
      if (!view) return new Error('kiosk.over');
      Object.assign(socket.data, { view, judged: 0 });
      return undefined;
    } catch (err) {
      log.error({ err }, 'a screen could not be judged');
      return new Error('service.unavailable');
    }
  }

  async function askAgain(socket: WallSocket): Promise<void> {
    const turn = ++socket.data.judged;
    try {
      const view = await viewOfScreen(socket.request);
      // What is known of it was asked after this.
      if (turn !== socket.data.judged) return;
      if (!view) return end(socket);
      const before = socket.data.view;
      socket.data.view = view;
      await place(socket);
      if (!isSame(before.hidden, view.hidden)) socket.emit('wall.changed');
    } catch (err) {
      log.warn({ err }, 'a screen could not be judged again');
    }
  }

  async function askAllAgain(which = screensWhere(() => true)): Promise<void> {
    while (which.length > 0) await Promise.all(which.splice(0, atOnce).map(askAgain));
  }

  const screensWhere = (matches: (view: ScreenView) => boolean): WallSocket[] =>
    [...door.sockets.values()].filter(({ data }) => matches(data.view));

  /** No screen hears of the project from this moment on; those that show it all the same are let in again when asked about. */
  async function judgeAccess({ orgId, projectId, people }: Seen): Promise<void> {
    const screens = screensWhere((view) => view.orgId === orgId);
    for (const { data } of screens) data.judged++;
    if (people) await Promise.all(screens.map((socket) => Promise.resolve(socket.join(outsideRoom(projectId)))));
    await askAllAgain(screens);
  }

  // The rooms reach the screens of all processes.
  events.on('kiosk.ended', ({ kioskId }) => {
    door.to(kioskRoom(kioskId)).emit('wall.over');
    door.in(kioskRoom(kioskId)).disconnectSockets(true);
  });
  const judgeMaker = ({ orgId, personId }: { orgId: string; personId: string }) =>
    askAllAgain(screensWhere((view) => view.orgId === orgId && view.madeBy === personId));
  events.on('membership.changed', judgeMaker);
  events.on('access.changed', judgeAccess);
  io.on('membership.changed', (of) => void judgeMaker(of));
  io.on('access.changed', (of) => void judgeAccess(of));

  const ticking = setInterval(() => door.local.volatile.emit('wall.tick'), wallTickEvery);
  let asking: Promise<void> | null = null;
  const timer = setInterval(() => {
    asking ??= askAllAgain().finally(() => (asking = null));
  }, askAgainEvery);
  ticking.unref();
  timer.unref();
  return {
    stop() {
      clearInterval(ticking);
      clearInterval(timer);
      announcements.stop();
    },
  };
}

type Seen = { orgId: string; projectId: string; people: readonly string[] | null };

/** Puts a screen into the rooms of what it shows, and outside of what it does not. */
async function place(socket: WallSocket): Promise<void> {
  const { kioskId, orgId, only, hidden } = socket.data.view;
  const outside = [...hidden].map(outsideRoom);
  await socket.join(outside);
  const inside = [...socket.rooms].filter((room) => isOutside(room) && !outside.includes(room));
  for (const room of inside) await socket.leave(room);
  await socket.join([kioskRoom(kioskId), allWallsRoom(orgId), ...(only ? [...only] : [orgId]).map(wallRoom)]);
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id));

function end(socket: WallSocket): void {
  socket.emit('wall.over');
  socket.disconnect(true);
}
