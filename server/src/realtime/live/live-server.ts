import type { Server as HttpServer } from 'node:http';
import { livePath } from '@cobench/shared/realtime/live';
import { Server } from 'socket.io';
import type { DomainEvents } from '../../domain-events.ts';
import { fromOwnPages } from '../../platform/http/same-origin.ts';
import type { Log } from '../../platform/log.ts';
import { announce } from './announce.ts';
import { keepDoor, type Authenticate } from './doorman.ts';
import { Outlet } from './outlet.ts';
import { answerPlaces, type PlaceServices } from './places.ts';
import { redisAdapter } from './redis.ts';
import type { LiveIo } from './sockets.ts';
import { serveWalls, type ViewOfScreen } from './walls.ts';
import { answerWatches, type Topics } from './watch.ts';

type Deps = Topics &
  PlaceServices & {
    http: HttpServer;
    authenticate: Authenticate;
    viewOfScreen: ViewOfScreen;
    publicOrigin: string;
    events: DomainEvents;
    log: Log;
    /** Given where several processes serve one installation. */
    redisUrl?: string | undefined;
    /** How often (milliseconds) every connection is asked again who it is; sessions also expire in silence. */
    askAgainEvery?: number;
  };

/** How many connections there are, how many of them are behind, and the most characters that wait for one. */
export type LiveLoad = { connections: number; behind: number; waiting: number };
type LiveServer = { load(): LiveLoad; close(): Promise<void> };

/**
 * What happens, told to the browsers as it happens: socket.io at `livePath` of the given server.
 * @throws where `redisUrl` is given and Redis does not answer.
 */
export async function liveServer(deps: Deps): Promise<LiveServer> {
  const { http, publicOrigin, events, log, redisUrl, askAgainEvery = 30_000 } = deps;
  const redis = redisUrl === undefined ? null : await redisAdapter(redisUrl, log);
  const io: LiveIo = new Server(http, {
    path: livePath,
    transports: ['websocket'],
    serveClient: false,
    // Other paths of this server take websockets too.
    destroyUpgrade: false,
    maxHttpBufferSize: 64 * 1024,
    // Not `cors`: browsers open websockets to foreign servers without asking.
    allowRequest: (req, answer) => {
      const own = fromOwnPages(req, publicOrigin);
      answer(own ? null : 'origin.foreign', own);
    },
    ...(redis && { adapter: redis.adapter }),
  });

  io.on('connection', (socket) => {
    socket.data.outlet = new Outlet(socket, () => socket.emit('live.behind'));
  });
  const door = keepDoor(io, { ...deps, tellOtherServers: redis !== null, askAgainEvery });
  const { rooms: roomsHere } = io.of('/').adapter;
  // Who is at other servers is not known here.
  const mayHear = (rooms: readonly string[]) => redis !== null || rooms.some((room) => roomsHere.has(room));
  const announcements = announce(io, events, mayHear);
  const walls = serveWalls(io, { ...deps, askAgainEvery });
  io.on('connection', (socket) => {
    answerWatches(socket, deps);
    answerPlaces(socket, deps);
  });

  return {
    load() {
      const outlets = [...io.sockets.sockets.values()].map(({ data }) => data.outlet);
      return {
        connections: outlets.length,
        behind: outlets.filter(({ isBehind }) => isBehind).length,
        waiting: Math.max(0, ...outlets.map(({ waiting }) => waiting.characters)),
      };
    },
    async close() {
      door.stop();
      announcements.stop();
      walls.stop();
      // Not io.close(), which would close the HTTP server too; and clients that lose the connection come back by
      // themselves, those told to disconnect do not.
      io.engine.close();
      await io.of('/').adapter.close();
      await redis?.close();
    },
  };
}
