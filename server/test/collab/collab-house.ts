import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collabHttpPath, messageType } from '@cobench/shared/realtime/collab';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { systemClock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';
import { newId } from '../../src/platform/new-id.ts';
import { admitting } from '../../src/realtime/admission.ts';
import { collabServer, type CollabServer } from '../../src/realtime/collab/collab-server.ts';
import type { Followed } from '../../src/realtime/collab/followed.mongo.ts';
import type { Project } from '../../src/realtime/collab/follower.ts';
import type { FanOut } from '../../src/realtime/collab/fan-out.ts';
import type { Access } from '../../src/realtime/collab/lease.ts';
import type { DocumentLog } from '../../src/realtime/collab/log.ts';
import type { Meters } from '../../src/realtime/collab/meters.ts';
import type { CollabDocument, Person } from '../../src/realtime/collab/peer.ts';
import { Polling } from '../../src/realtime/collab/polling.ts';
import { servePolling } from '../../src/realtime/long-polling.ts';
import { alone } from './alone.ts';
import { forLive, forVite, serveUpgrades } from '../../src/realtime/upgrade.ts';
import { MemoryFollowed } from './memory-followed.ts';

export type CollabHouse = {
  collab: CollabServer;
  server: Server;
  /** ws://… of the kind `entry`. */
  url: string;
  /** What each person may do; everybody else may write. */
  access: Map<string, Access>;
  close(): Promise<void>;
};

type Options = {
  fanOut?: FanOut | null;
  meters?: Meters;
  log: DocumentLog;
  port?: number;
  project?: Project;
  followed?: Followed;
  /** How often people who came over HTTP are asked whether they are there; engine.io's words. */
  beat?: { pingInterval: number; pingTimeout: number };
};

/** The collaboration server on a port of its own. `?as=ada` is a session of Ada's; nothing is no session. */
export async function startCollab({
  log,
  port = 0,
  project = async () => undefined,
  followed = new MemoryFollowed(),
  beat,
  ...over
}: Options): Promise<CollabHouse> {
  const access = new Map<string, Access>();
  const server = createServer((req, res) => (req.url?.startsWith(collabHttpPath) ? serve(req, res) : res.end()));
  const collab = collabServer({
    ...alone,
    ...over,
    log,
    clock: systemClock,
    logger: createLog('silent'),
    access: async (person) => ({ access: access.get(person.id) ?? 'write', asOf: Date.now() }),
    project,
    followed,
    nameOf: async (personId) => `${personId} by name`,
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const publicOrigin = `http://127.0.0.1:${taken}`;
  const door = { publicOrigin, admit: admitting({ authenticate, logger: createLog('silent') }) };
  const polling = new Polling({ collab, ...beat });
  const serve = servePolling({ ...door, credentialOf: (req) => req.headers.cookie ?? '', polling });
  const ingest = { handleUpgrade: (_req: IncomingMessage, socket: Duplex) => void socket.destroy() };
  serveUpgrades(server, { ...door, collab, ingest, others: [forLive, forVite] });
  return {
    collab,
    server,
    url: `ws://127.0.0.1:${taken}/collab/entry`,
    access,
    async close() {
      await collab.close();
      await polling.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function authenticate(req: IncomingMessage): Promise<Person | null> {
  const name = new URL(req.url ?? '', 'http://server').searchParams.get('as');
  if (name === 'broken') throw new Error('session store away');
  return name === null ? null : { id: name, name: `${name} of Acme`, sessionId: `session-of-${name}`, orgId: 'org-1' };
}

// Each stock client listens for the end of the process.
process.setMaxListeners(0);

export const anEntry = (): CollabDocument => ({ orgId: 'org-1', kind: 'entry', id: newId() });

/** A tab with the stock y-websocket client, told not to complain about our acknowledgements. */
export function openTab(url: string, document: CollabDocument, person: string): WebsocketProvider {
  const tab = new WebsocketProvider(url, document.id, new Y.Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    params: { as: person },
    disableBc: true,
    maxBackoffTime: 200,
  });
  tab.messageHandlers[messageType.saved] = () => undefined;
  return tab;
}

export const textOf = ({ doc }: { doc: Y.Doc }): string => doc.getText('t').toJSON();

export const synced = (tab: WebsocketProvider): Promise<void> =>
  tab.synced ? Promise.resolve() : new Promise((resolve) => tab.once('sync', () => resolve()));

/** A socket that speaks raw bytes; resolves when it is open. */
export async function openSocket(url: string, document: CollabDocument, person: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url}/${document.id}?as=${person}`);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

export const closing = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', (code) => resolve(code)));

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const start = Date.now(); !isSo();) {
    if (Date.now() - start > 15_000) throw new Error(`This did not come true: ${isSo.toString()}`);
    await nextTurn();
  }
}
