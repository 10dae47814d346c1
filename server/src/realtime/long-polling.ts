import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromOwnPages } from '../platform/http/same-origin.ts';
import type { Admit } from './admission.ts';
import type { Polling } from './collab/polling.ts';

type Parts = {
  /** The one origin whose pages may open documents. */
  publicOrigin: string;
  admit: Admit;
  /** What a request shows for a session, to be compared with that of another; it proves nothing. */
  credentialOf: (req: IncomingMessage) => string;
  polling: Pick<Polling, 'open' | 'proceed'>;
};

/** The door for documents over HTTP: the same questions as at an upgrade, then frames over long requests. */
export function servePolling({ publicOrigin, admit, credentialOf, polling }: Parts) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    const query = URL.parse(req.url ?? '', 'http://server')?.searchParams;
    if (!query) return refuse(res, 400);
    if (req.method !== 'GET' && req.method !== 'POST') return refuse(res, 405);
    if (!fromOwnPages(req, publicOrigin)) return refuse(res, 403);
    // Answers that a page would run as a script.
    if (query.has('j')) return refuse(res, 400);
    const id = query.get('sid');
    if (id === null) void open(req, res, query);
    else polling.proceed(req, res, { id, credential: credentialOf(req) });
  };

  async function open(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): Promise<void> {
    const named = { kind: query.get('kind'), id: query.get('id'), schema: query.get('schema') };
    const admission = await admit(req, named);
    if (!res.closed) polling.open(req, res, { admission, credential: credentialOf(req) });
  }
}

const refuse = (res: ServerResponse, status: number): void => void res.writeHead(status).end();
