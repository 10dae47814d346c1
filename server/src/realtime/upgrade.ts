import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ingestPath } from '@cobench/shared/ingest/socket-protocol';
import { collabPath } from '@cobench/shared/realtime/collab';
import { fromOwnPages } from '../platform/http/same-origin.ts';
import type { Admit, Named } from './admission.ts';
import type { CollabServer } from './collab/collab-server.ts';

type UpgradeParts = {
  /** The one origin whose pages may open sockets. */
  publicOrigin: string;
  admit: Admit;
  collab: Pick<CollabServer, 'handleUpgrade'>;
  ingest: { handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void };
  /** Who else listens for upgrades on this server; theirs are left alone. */
  others: readonly ((req: IncomingMessage, path: string) => boolean)[];
};

/** socket.io listens for its own path. */
export const forLive = (_req: IncomingMessage, path: string): boolean => path === '/live' || path.startsWith('/live/');
/** The development server in this process reloads modules over a socket of its own. */
export const forVite = (req: IncomingMessage): boolean =>
  req.headers['sec-websocket-protocol']?.startsWith('vite') ?? false;

/** Listens for every request to upgrade on a server: the one place that decides what becomes of it. */
export function serveUpgrades(server: Server, { publicOrigin, admit, collab, ingest, others }: UpgradeParts): void {
  server.on('upgrade', (req, socket, head) => {
    const url = URL.parse(req.url ?? '', 'http://server');
    if (url && others.some((concerns) => concerns(req, url.pathname))) return;
    // Without a listener, a connection that breaks now would end the process.
    socket.on('error', ended);
    const isIngest = url?.pathname === ingestPath;
    if (!isIngest && !url?.pathname.startsWith(`${collabPath}/`)) return refuse(socket, 404);
    if (!fromOwnPages(req, publicOrigin)) return refuse(socket, 403);
    if (isIngest) return ingest.handleUpgrade(req, socket, head);
    void take(req, { socket, head, named: namedBy(url) });
  });

  async function take(req: IncomingMessage, { socket, head, named }: { socket: Duplex; head: Buffer; named: Named }) {
    const admission = await admit(req, named);
    if (!socket.destroyed) collab.handleUpgrade(req, socket, head, admission);
  }
}

/** One for all sockets: a closure would keep the request in memory as long as its socket lives. */
function ended(this: Duplex): void {
  this.destroy();
}

function namedBy({ pathname, searchParams }: URL): Named {
  const [kind = null, id = null, ...more] = pathname.slice(collabPath.length + 1).split('/');
  return { kind, id: more.length === 0 ? id : null, schema: searchParams.get('schema') };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
