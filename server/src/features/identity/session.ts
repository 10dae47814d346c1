import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';

const idleLimitMs = 8 * 3_600_000;

type Options = { store: Store; secret: string; publicUrl: string };

/**
 * The session cookie: unreadable for scripts, not sent along by other sites, only over TLS where we are reached by it.
 * It and its record live on for eight hours after each use; nobody who has not signed in has one.
 */
export function sessionCookie({ store, secret, publicUrl }: Options): RequestHandler {
  const secure = publicUrl.startsWith('https:');
  return session({
    name: 'cobench.sid',
    store,
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    // With TLS ended in front of us, the proxy says so (X-Forwarded-Proto); without that word no cookie is set.
    ...(secure && { proxy: true }),
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: idleLimitMs },
  });
}
