import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Id } from '@cobench/shared/ids';
import { closeCode, collabPath, documentKinds, schemaVersion } from '@cobench/shared/realtime/collab';
import { fromOwnPages } from '../platform/http/same-origin.ts';
import type { Log } from '../platform/log.ts';
import type { Admission, CollabServer } from './collab/collab-server.ts';
import type { CollabDocument, Person } from './collab/peer.ts';

type UpgradeParts = {
  /** The one origin whose pages may open sockets. */
  publicOrigin: string;
  /** Whose session the request carries; null without one. */
  authenticate: (req: IncomingMessage) => Promise<Person | null>;
  collab: Pick<CollabServer, 'handleUpgrade'>;
  logger: Log;
  /** Who else listens for upgrades on this server; theirs are left alone. */
  others: readonly ((req: IncomingMessage, path: string) => boolean)[];
};

/** socket.io listens for its own path. */
export const forLive = (_req: IncomingMessage, path: string): boolean => path === '/live' || path.startsWith('/live/');
/** The development server in this process reloads modules over a socket of its own. */
export const forVite = (req: IncomingMessage): boolean =>
  req.headers['sec-websocket-protocol']?.startsWith('vite') ?? false;

/** Listens for every request to upgrade on a server: the one place that decides what becomes of it. */
export function serveUpgrades(
  server: Server,
  { publicOrigin, authenticate, collab, logger, others }: UpgradeParts,
): void {
  server.on('upgrade', (req, socket, head) => {
    const url = URL.parse(req.url ?? '', 'http://server');
    if (url && others.some((concerns) => concerns(req, url.pathname))) return;
    // Without a listener, a connection that breaks now would end the process.
    socket.on('error', () => socket.destroy());
    if (!url?.pathname.startsWith(`${collabPath}/`)) return refuse(socket, 404);
    if (!fromOwnPages(req, publicOrigin)) return refuse(socket, 403);
    void take(req, { socket, head, url });
  });

  async function take(req: IncomingMessage, { socket, head, url }: { socket: Duplex; head: Buffer; url: URL }) {
    const admission = await admit(req, url);
    if (!socket.destroyed) collab.handleUpgrade(req, socket, head, admission);
  }

  async function admit(req: IncomingMessage, { pathname, searchParams }: URL): Promise<Admission> {
    const named = documentNamed(pathname);
    if (!named) return refused(closeCode.missing, 'no such document');
    if (isOutdated(searchParams.get('schema'))) return refused(closeCode.outdatedSchema, 'reload the page');
    try {
      const person = await authenticate(req);
      if (!person) return refused(closeCode.signedOut, 'signed out');
      return { admitted: true, person, document: { orgId: person.orgId, ...named } };
    } catch (err) {
      logger.warn({ err }, 'a session could not be read');
      return refused(closeCode.loadFailed, 'session unknown, come back');
    }
  }
}

const refused = (code: number, reason: string): Admission => ({ admitted: false, code, reason });

/** A document is named by its kind and an id, before anybody looks whether it exists. */
function documentNamed(path: string): Pick<CollabDocument, 'kind' | 'id'> | null {
  const [kindName, id, ...more] = path.slice(collabPath.length + 1).split('/');
  const kind = documentKinds.find((known) => known === kindName);
  return kind && id && more.length === 0 && Id.safeParse(id).success ? { kind, id } : null;
}

/** Clients that are no editor send no version. An editor that knows fewer nodes than we do would delete the others. */
const isOutdated = (schema: string | null): boolean => schema !== null && !(Number(schema) >= schemaVersion);

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
