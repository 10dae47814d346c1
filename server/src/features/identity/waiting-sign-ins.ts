import type { Request } from 'express';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { sessionIdOf } from './session-id.ts';
import { Waiting, type SessionRepo } from './session.repo.ts';
import { settled } from './settled.ts';

declare module 'express-session' {
  interface SessionData {
    waiting: Waiting;
  }
}

const waitingMs = 10 * 60_000;

type Deps = {
  repo: Pick<SessionRepo, 'takeWaiting'>;
  clock: Clock;
  /** Who a session would act for; null where its person may not work there. */
  seated: (sessionId: string, who: { orgId: string; personId: string }) => Promise<Actor | null>;
  end: (ids: readonly string[]) => Promise<unknown>;
};

/** Sign-ins that wait for a second factor: their browser has a session, which is nobody's. */
export function waitingSignIns({ repo, clock, seated, end }: Deps) {
  const inTime = (waiting: Waiting | null | undefined): Waiting | null =>
    waiting && waiting.until > clock() ? waiting : null;

  return {
    /** Keeps in mind who waits, under a new id; a session this browser had before ends. */
    async wait(req: Request, waiting: Omit<Waiting, 'until'>): Promise<void> {
      const former = req.session.signedIn && sessionIdOf(req.sessionID);
      await settled((done) => req.session.regenerate(done));
      req.session.waiting = { ...waiting, until: new Date(clock().getTime() + waitingMs) };
      await settled((done) => req.session.save(done));
      if (former !== undefined) await end([former]);
    },

    /** Who waits in this browser; null where nobody does, or it took them too long. */
    waiting: (req: Request): Waiting | null => inTime(Waiting.safeParse(req.session.waiting).data),

    /** Takes who waits in this browser, once: whatever ended the waiting meanwhile holds. */
    takeWaiting: async (req: Request): Promise<Waiting | null> =>
      inTime(await repo.takeWaiting(sessionIdOf(req.sessionID))),

    /** Who they will be once they have set a second factor up; null where they do not wait for that. */
    async settingUp(req: Request): Promise<Actor | null> {
      const waiting = this.waiting(req);
      return waiting?.mustSetUp ? seated('', waiting) : null;
    },
  };
}
