import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCode } from '@cobench/shared/realtime/collab';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { newId } from '../../platform/new-id.ts';
import { Connection, type Wire } from './connection.ts';
import { documentThread } from './document-thread.ts';
import type { Followed } from './followed.mongo.ts';
import { follower, type Project } from './follower.ts';
import type { FanOut } from './fan-out.ts';
import { Journal } from './journal.ts';
import type { AskAccess } from './lease.ts';
import { maxUpdateBytes } from './limits.ts';
import type { DocumentLog } from './log.ts';
import { meteredLog } from './metered-log.ts';
import type { Meters, Transport } from './meters.ts';
import { documentKey, type CollabDocument, type Person, type Writer } from './peer.ts';
import { Rooms } from './rooms.ts';
import { serverWriter } from './server-writer.ts';
import { Heartbeat, listen, wireOf, type Listener } from './socket.ts';

export type CollabServerParts = {
  log: DocumentLog;
  access: AskAccess;
  clock: Clock;
  logger: Log;
  /** Told what a document says after people typed, at most once a second. */
  project: Project;
  followed: Followed;
  /** What a person is called. */
  nameOf: (personId: string) => Promise<string>;
  /** The other processes of this installation; null where there are none. */
  fanOut: FanOut | null;
  meters: Meters;
};

/** How long a socket that was told to go may take to agree. */
const farewellMs = 1000;

/** Who wants to open which document, or why they may not: a close code, since browsers see no HTTP status. */
export type Admission =
  { admitted: true; person: Person; document: CollabDocument } | { admitted: false; code: number; reason: string };

export type CollabServer = ReturnType<typeof collabServer>;

/** The documents that people edit together: takes websockets, keeps what comes in the log, and tells everybody. */
export function collabServer(parts: CollabServerParts) {
  const { access, clock, logger, project, followed, nameOf, fanOut, meters } = parts;
  const log = meteredLog(parts.log, meters);
  const warn = (cause: unknown, what: string, document: CollabDocument): void =>
    logger.warn({ err: cause, document: documentKey(document) }, what);
  const thread = documentThread();
  const journal = new Journal({ log, clock });
  const following = follower({ content: (document) => rooms.content(document), log, project, followed, warn });
  const rooms: Rooms = new Rooms({ log, journal, thread, clock, fanOut, meters, flushed: following.flushed, warn });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxUpdateBytes, perMessageDeflate: false });
  const heartbeat = new Heartbeat();
  const connections = new Set<Connection>();
  let closing = false;

  /** Lets somebody in who came over any transport; who may not stay is told why. */
  function enter(transport: Transport, wire: Wire, admission: Admission): Listener {
    const welcome: Admission = closing && admission.admitted ? restarting : admission;
    if (!welcome.admitted) {
      meters.refused(welcome.code);
      wire.close(welcome.code, welcome.reason);
      return deaf;
    }
    const { person, document } = welcome;
    const connection = new Connection({ id: newId(), person, document, wire, rooms, access, clock, meters, warn });
    connections.add(connection);
    meters.opened(transport);
    return {
      receive: (frame) => connection.receive(frame),
      drained: () => connection.drained(),
      gone() {
        connection.gone();
        if (connections.delete(connection)) meters.closed(transport);
      },
    };
  }

  return {
    enter,

    /** Takes over a request to upgrade. The socket is opened in any case, since browsers see no HTTP status. */
    handleUpgrade(req: IncomingMessage, raw: Duplex, head: Buffer, admission: Admission): void {
      sockets.handleUpgrade(req, raw, head, (socket) => {
        heartbeat.watch(socket);
        listen(socket, raw, enter('ws', wireOf(socket, raw), admission));
      });
    },

    /** Asks again about the rights of those concerned, after a role, a session or a document changed. */
    async recheck(concerns: (socket: { person: Person; document: CollabDocument }) => boolean): Promise<void> {
      await Promise.all([...connections].filter(concerns).map((connection) => connection.recheck()));
    },

    ...serverWriter({ rooms, journal }),

    /** The stored content of a document as one Yjs update; empty where nobody has written. */
    read: async (document: CollabDocument): Promise<Uint8Array> => (await rooms.content(document).state()).update,

    /**
     * Writes an update into a document for a person, and tells whoever has it open; resolves when it is durable.
     * @throws where the update is refused or cannot be stored.
     */
    write: (document: CollabDocument, update: Uint8Array, by: Writer): Promise<void> =>
      rooms.write(document, update, by),

    /** Gets ready for people, and brings the lists up with the documents that an earlier process did not get to. */
    async resume(): Promise<void> {
      thread.start();
      for await (const document of followed.unfinished()) {
        const [record] = await log.records(document, { after: (await log.lastSeq(document)) - 1, limit: 1 });
        const personId = record?.parts.at(-1)?.personId;
        if (!record || personId === undefined) continue;
        const by = { id: personId, name: await nameOf(personId), sessionId: null };
        following.flushed({ document, by, at: record.at, updates: record.parts.length });
      }
    },

    /** Tasks that the thread which computes with documents has not answered. */
    waitingTasks: () => thread.waiting,

    /** How many rooms are in memory and how many sockets are open. */
    load: () => ({ rooms: rooms.open, sockets: connections.size }),

    /** Stores what has come, then sends everybody away until the next start. */
    async close(): Promise<void> {
      closing = true;
      heartbeat.stop();
      await rooms.settle();
      const leaving = [...connections];
      for (const connection of leaving) connection.close(closeCode.restarting, 'restarting');
      await Promise.all(leaving.map(({ entered }) => entered));
      await following.close();
      await thread.close();
      await farewell(sockets.clients);
    },
  };
}

const restarting: Admission = { admitted: false, code: closeCode.restarting, reason: 'restarting' };

/** For somebody who was sent away. */
const deaf: Listener = { receive: () => undefined, drained: () => undefined, gone: () => undefined };

/** Waits for sockets that were closed, and cuts off those that do not answer. */
async function farewell(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, farewellMs);
  await Promise.all([...sockets].map((socket) => once(socket, 'close')));
  clearTimeout(timer);
}
