import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCode } from '@cobench/shared/realtime/collab';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { newId } from '../../platform/new-id.ts';
import { Connection, type Wire } from './connection.ts';
import { judge } from './guard.ts';
import type { AskAccess } from './lease.ts';
import { maxUpdateBytes } from './limits.ts';
import type { DocumentLog } from './log.ts';
import { StructIndex } from './struct-index.ts';
import { documentKey, type CollabDocument, type Person } from './peer.ts';
import { projector, type Project } from './projector.ts';
import { Rooms } from './rooms.ts';
import { amend, writeInto, type Change } from './server-writer.ts';
import { Heartbeat, listen, wireOf, type Listener } from './socket.ts';

export type CollabServerParts = {
  log: DocumentLog;
  access: AskAccess;
  clock: Clock;
  logger: Log;
  /** Told what a document says after people typed, at most once a second. */
  project: Project;
};

/** How long a socket that was told to go may take to agree. */
const farewellMs = 1000;

/** Who wants to open which document, or why they may not: a close code, since browsers see no HTTP status. */
export type Admission =
  { admitted: true; person: Person; document: CollabDocument } | { admitted: false; code: number; reason: string };

export type CollabServer = ReturnType<typeof collabServer>;

/** The documents that people edit together: takes websockets, keeps what comes in the log, and tells everybody. */
export function collabServer({ log, access, clock, logger, project }: CollabServerParts) {
  const warn = (cause: unknown, what: string, document: CollabDocument): void =>
    logger.warn({ err: cause, document: documentKey(document) }, what);
  const projection = projector({ project, warn });
  const rooms = new Rooms({ log, clock, flushed: projection.flushed, warn });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxUpdateBytes, perMessageDeflate: false });
  const heartbeat = new Heartbeat();
  const connections = new Set<Connection>();
  let closing = false;

  /** Lets somebody in who came over any transport; who may not stay is told why. */
  function enter(wire: Wire, admission: Admission): Listener {
    if (!admission.admitted || closing) {
      if (admission.admitted) wire.close(closeCode.restarting, 'restarting');
      else wire.close(admission.code, admission.reason);
      return deaf;
    }
    const { person, document } = admission;
    const connection = new Connection({ id: newId(), person, document, wire, rooms, access, clock, warn });
    connections.add(connection);
    return {
      receive: (frame) => connection.receive(frame),
      gone() {
        connection.gone();
        connections.delete(connection);
      },
    };
  }

  return {
    enter,

    /** Takes over a request to upgrade. The socket is opened in any case, since browsers see no HTTP status. */
    handleUpgrade(req: IncomingMessage, raw: Duplex, head: Buffer, admission: Admission): void {
      sockets.handleUpgrade(req, raw, head, (socket) => {
        heartbeat.watch(socket);
        listen(socket, enter(wireOf(socket), admission));
      });
    },

    /** Asks again about the rights of those concerned, after a role, a session or a document changed. */
    async recheck(concerns: (socket: { person: Person; document: CollabDocument }) => boolean): Promise<void> {
      await Promise.all([...connections].filter(concerns).map((connection) => connection.recheck()));
    },

    /**
     * Writes the first record of a new document.
     * @throws where the document has been written to, or the update is not one.
     */
    async seed(document: CollabDocument, update: Uint8Array, by: { personId: string }): Promise<void> {
      const verdict = judge(update, new StructIndex(), by);
      if (verdict.is !== 'new') throw new Error(`A document cannot begin with this update: ${verdict.is}.`);
      const part = { personId: by.personId, sessionId: null, update };
      const [outcome] = await log.append([{ document, record: { seq: 1, parts: [part], at: clock() } }]);
      if (outcome === 'stale') throw new Error('The document has been written to.');
    },

    /** The stored content of a document as one Yjs update; empty where nobody has written. */
    read: (document: CollabDocument): Promise<Uint8Array> => rooms.read(document),

    /**
     * Writes into a document for a person; resolves when it is durable.
     * @throws where the update is refused or cannot be stored.
     */
    edit: (document: CollabDocument, by: Person, change: Change): Promise<void> =>
      writeInto(rooms, { document, by, change }),

    /** Appends to a document that nobody has open; resolves when it is durable. */
    amend: (document: CollabDocument, by: { personId: string }, change: Change): Promise<void> =>
      amend(log, { document, by, change, at: clock() }),

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
      await rooms.close();
      await projection.close();
      await farewell(sockets.clients);
    },
  };
}

/** For somebody who was sent away. */
const deaf: Listener = { receive: () => undefined, gone: () => undefined };

/** Waits for sockets that were closed, and cuts off those that do not answer. */
async function farewell(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, farewellMs);
  await Promise.all([...sockets].map((socket) => once(socket, 'close')));
  clearTimeout(timer);
}
