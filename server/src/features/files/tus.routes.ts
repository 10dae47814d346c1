import { largestFile } from '@cobench/shared/files/file';
import { fileIdHeader, uploadsPath } from '@cobench/shared/files/upload';
import { Server, type Locker } from '@tus/server';
import { Router, type Request as HttpRequest, type Response as HttpResponse } from 'express';
import type { Actor } from '../../platform/access.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { actorOf } from '../../platform/http/request.ts';
import { lingering, requestBytes } from '../../platform/http/request-bytes.ts';
import { newId } from '../../platform/new-id.ts';
import { lent } from '../../platform/release.ts';
import { Id } from '@cobench/shared/ids';
import { asking, TusStore, type Asking } from './tus-store.ts';
import type { UploadService } from './upload.service.ts';

type Deps = {
  uploads: UploadService;
  /** Who sends a request, by their rights of now; null where they may nothing any more. */
  actorNow: (actor: Actor, req: HttpRequest) => Promise<Actor | null>;
};

const methods = new Set(['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE']);
/** Of a page that is not ours: there is none that may. */
const ofOthers = /^access-control-/;

/**
 * Resumable uploads by the tus protocol 1.0. The library speaks it; what it refuses, and what the service does, is told as
 * everywhere else.
 */
export function tusRoutes({ uploads, actorNow }: Deps): Router {
  const tus = new Server({
    path: uploadsPath,
    datastore: new TusStore(uploads),
    relativeLocation: true,
    maxSize: largestFile,
    namingFunction: newId,
    locker: locker(uploads),
    onIncomingRequest: async (req, id) => {
      // Whoever begins one is judged as it begins.
      if (req.method !== 'POST') await uploads.require(current().actor, id);
    },
    onResponseError: (_req, error) => {
      current().failure = error;
      return undefined;
    },
  });

  async function answer(req: HttpRequest, res: HttpResponse): Promise<void> {
    const actor = actorOf(req);
    res.set({ 'Tus-Resumable': '1.0.0', 'Cache-Control': 'no-store' });
    lingering(req, res);
    requireReadable(req);
    const source = {
      bytes: lent(requestBytes(req)),
      stop: () => void req.destroy(),
      again: () => actorNow(actor, req),
    };
    const context: Asking = { actor, source, failure: null, begun: null, standing: null };
    const given = await asking.run(context, () => tus.handleWeb(withoutBody(req)));
    if (given.status >= 400) throw await faultOf(given, context.failure);
    for (const [name, value] of given.headers) if (!ofOthers.test(name)) res.set(name, value);
    const fileId = context.standing?.fileId;
    if (fileId) res.set(fileIdHeader, fileId);
    res.status(given.status).end();
  }

  const router = Router();
  router.all([uploadsPath, `${uploadsPath}/:id`], async (req, res, next) => {
    if (methods.has(req.method)) await answer(req, res);
    else next();
  });
  return router;
}

/** What the library says about an upload that is not there is said before it is asked. */
function requireReadable(req: HttpRequest): void {
  const { id } = req.params;
  if (id !== undefined && !Id.safeParse(id).success) throw invalidField('id', 'This is not an id.');
  if (req.method === 'PATCH' && !req.is('application/offset+octet-stream')) {
    throw new Fault('input.unsupported', { detail: 'Send application/offset+octet-stream.' });
  }
}

function current(): Asking {
  const context = asking.getStore();
  if (!context) throw new Error('Nobody asks.');
  return context;
}

/** The head of a request, as the library wants it; its body is read by the store. */
function withoutBody(req: HttpRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return new Request(new URL(req.originalUrl, 'http://here'), { method: req.method, headers });
}

/** Who asks for an upload wants to go on with it: whoever sends to it is stopped, and what came is kept. */
const locker = (uploads: UploadService): Locker => ({
  newLock: (id) => ({ lock: () => uploads.quiet(id), unlock: async () => undefined }),
});

async function faultOf(refused: Response, failure: unknown): Promise<unknown> {
  if (failure instanceof Error) return failure;
  const detail = (await refused.text()).trim();
  switch (refused.status) {
    case 404:
    case 410:
      return new Fault('resource.missing');
    case 409:
      return new Fault('state.conflict', { detail: 'The upload goes on at another byte: ask for it by HEAD.' });
    case 412:
      return new Fault('upload.protocol');
    case 413:
      return new Fault('input.too-large', { detail });
    case 400:
    case 403:
    case 501:
      return new Fault('input.malformed', { detail });
    default:
      return new Error(`The tus library answered ${refused.status}: ${detail}`);
  }
}
