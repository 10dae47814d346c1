import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Actor } from '../../platform/access.ts';
import type { ApiKeyService } from './api-key.service.ts';
import { sessionIdOf } from './session-id.ts';
import { SignedIn } from './session.repo.ts';
import type { SessionService } from './session.service.ts';

type Deps = {
  session: RequestHandler;
  sessions: SessionService;
  keys: ApiKeyService;
  /** The session an access token is of; null where it is none of ours, or none any more. */
  sessionOfToken: (token: string) => Promise<string | null>;
};

/**
 * Finds out who asks. A request with a bearer key or an access token is judged by that alone, whatever cookie comes
 * along; the others by their session.
 */
export function identification({ session, sessions, keys, sessionOfToken }: Deps) {
  async function byBearer(secret: string): Promise<Actor | null> {
    if (secret.startsWith('cb')) return keys.actorOf(secret);
    const sessionId = await sessionOfToken(secret);
    return sessionId === null ? null : sessions.apiActorOf(sessionId);
  }

  async function bySession(req: Request): Promise<Actor | null> {
    const signedIn = SignedIn.safeParse(req.session.signedIn);
    return signedIn.success ? sessions.actorOf(sessionIdOf(req.sessionID), signedIn.data) : null;
  }

  const identify: RequestHandler = async (req, res, next) => {
    await passed(session, req, res);
    const key = bearer(req);
    const actor = key === undefined ? await bySession(req) : await byBearer(key);
    const settingUp = actor || key !== undefined ? null : await sessions.settingUp(req);
    if (actor) req.actor = actor;
    if (settingUp) req.settingUp = settingUp;
    next();
  };

  return {
    /** The key that a request shows; null without one. What it opens, `keys` says. */
    keyOf(message: IncomingMessage): string | null {
      const secret = bearer(message);
      return secret?.startsWith('cb') ? secret : null;
    },

    /** Loads the session and sets `req.actor`; nobody is refused here. */
    identify,

    /** Somebody by their rights of now, while a request of theirs is still under way; null where they have none left. */
    async actorNow({ via, orgId }: Actor, req: IncomingMessage): Promise<Actor | null> {
      if (via.kind === 'key') return keys.actorOf(bearer(req) ?? '');
      return (await sessions.refresh(orgId, [via.sessionId])).get(via.sessionId) ?? null;
    },

    /**
     * The same for what is not answered by Express: websocket upgrades and handshakes. Sessions only; each call reads
     * the session anew, so the same request can be asked about again later.
     */
    async authenticate(message: IncomingMessage): Promise<Actor | null> {
      // A request of its own, for express-session takes a session that it finds on one for loaded. It writes nothing
      // unless the response ends, which this one never does.
      const req = Object.assign(Object.create(message) as Request, { session: undefined });
      await passed(session, req, new ServerResponse(message) as Response);
      return bySession(req);
    },
  };
}

const passed = (middleware: RequestHandler, req: Request, res: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void middleware(req, res, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });

const bearer = (req: IncomingMessage): string | undefined =>
  /^Bearer +(.*)$/i.exec(req.headers.authorization ?? '')?.[1];
