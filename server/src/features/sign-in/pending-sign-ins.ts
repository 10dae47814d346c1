import { createHash } from 'node:crypto';
import type { CookieOptions, Request } from 'express';
import type { Clock } from '../../platform/clock.ts';
import type { PendingSignIn, SignInRepo } from './sign-in.repo.ts';

const lifeMs = 10 * 60_000;
const mostPerBrowser = 5;
const cookiePrefix = 'cobench.sign-in.';

type Deps = { repo: SignInRepo; clock: Clock; secure: boolean };
export type PendingSignIns = ReturnType<typeof pendingSignIns>;

/**
 * The sign-ins under way. Each has a cookie of its own, named by its state: tabs that start at the same moment do not
 * get in each other's way, and an answer is taken only in the browser that asked. Each is taken once.
 */
export function pendingSignIns({ repo, clock, secure }: Deps) {
  const cookie: CookieOptions = { httpOnly: true, sameSite: 'lax', secure, path: '/auth' };

  return {
    async open(req: Request, state: string, pending: PendingSignIn): Promise<void> {
      await repo.remember(hash(state), { ...pending, expiresAt: new Date(clock().getTime() + lifeMs) });
      const { res } = req;
      // Browsers send the oldest first.
      for (const [name] of pendingCookies(req).slice(0, -mostPerBrowser + 1)) res?.clearCookie(name, cookie);
      res?.cookie(cookieName(state), state, { ...cookie, maxAge: lifeMs });
    },

    /** What was opened with this state, where this browser opened it, not long ago, and it was not taken before. */
    async take(req: Request, state: string): Promise<PendingSignIn | null> {
      const name = cookieName(state);
      if (!pendingCookies(req).some((one) => one[0] === name && one[1] === state)) return null;
      req.res?.clearCookie(name, cookie);
      return repo.take(hash(state), clock());
    },
  };
}

const hash = (state: string): string => createHash('sha256').update(state).digest('base64url');
const cookieName = (state: string): string => cookiePrefix + hash(state).slice(0, 12);

function pendingCookies(req: Request): [name: string, value: string][] {
  return (req.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(cookiePrefix))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
}
