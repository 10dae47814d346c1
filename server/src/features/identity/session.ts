import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';

const cookieName = 'cobench.sid';
const idleLimitMs = 8 * 3_600_000;

type Options = { store: Store; secret: string; publicUrl: string };

/**
 * The session cookie: unreadable for scripts, not sent along by other sites, only over TLS where we are reached by it.
 * It and its record live on for eight hours after each use; nobody who has not signed in has one.
 */
export function sessionCookie({ store, secret, publicUrl }: Options): RequestHandler {
  const secure = publicUrl.startsWith('https:');
  const load = session({
    name: cookieName,
    store,
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: secure,
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: idleLimitMs },
  });
  return (req, res, next) => {
    // A Secure cookie is only set on a connection that looks secure. Browsers reach us by TLS, and what ends it in front
    // of us may not say so.
    if (secure) req.headers['x-forwarded-proto'] = 'https';
    return load(req, res, next);
  };
}

const cookiePattern = new RegExp(`(?:^|;) *${cookieName.replace('.', '\\.')}=([^;]*)`);

/** The session cookie as it came, to tell whether two requests show the same. It proves nothing by itself. */
export const credentialOf = ({ headers }: IncomingMessage): string =>
  cookiePattern.exec(headers.cookie ?? '')?.[1] ?? '';
