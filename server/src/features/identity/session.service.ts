import type { Request } from 'express';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { deviceOf } from './device.ts';
import type { MembershipRecord, MembershipRepo } from './membership.repo.ts';
import { sessionIdOf } from './session-id.ts';
import type { KeptSession, SessionFilter, SessionRepo, SignedIn } from './session.repo.ts';

declare module 'express-session' {
  interface SessionData {
    signedIn: SignedIn;
  }
}

const absoluteLimitMs = 24 * 3_600_000;
const lastSeenEveryMs = 5 * 60_000;

type Deps = { repo: SessionRepo; memberships: MembershipRepo; events: DomainEvents; clock: Clock };
type SessionOfPerson = { sessionId: string; orgId: string; personId: string };
export type SessionService = ReturnType<typeof sessionService>;

export function sessionService({ repo, memberships, events, clock }: Deps) {
  const oldestSignIn = () => new Date(clock().getTime() - absoluteLimitMs);

  async function end(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    await repo.remove(ids);
    await events.publish({ type: 'sessions.ended', sessionIds: [...ids] });
    return ids.length;
  }

  function actorOf(sessionId: string, { orgId, personId, role, name }: MembershipRecord): Actor {
    return { personId, name, orgId, role, via: { kind: 'session', sessionId } };
  }

  return {
    /** Starts a session under a new id; one this browser had before ends. */
    async begin(req: Request, signedIn: Omit<SignedIn, 'signedInAt' | 'device' | 'address'>): Promise<void> {
      const former = req.session.signedIn && sessionIdOf(req.sessionID);
      await settled((done) => req.session.regenerate(done));
      const place = { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' };
      req.session.signedIn = { ...signedIn, ...place, signedInAt: clock() };
      await settled((done) => req.session.save(done));
      if (former !== undefined) await end([former]);
    },

    /** Ends the session a request came with; answers what it held. */
    async endOwn(req: Request): Promise<SignedIn | null> {
      const { signedIn } = req.session;
      if (!signedIn) return null;
      const id = sessionIdOf(req.sessionID);
      await settled((done) => req.session.destroy(done));
      await end([id]);
      return signedIn;
    },

    /** The sessions of a person, newest use first. */
    async ofPerson(personId: string, limit: number): Promise<KeptSession[]> {
      const alive = await repo.ofPerson(personId, { now: clock(), limit });
      return alive.filter(({ signedIn }) => signedIn.signedInAt > oldestSignIn());
    },

    /** Ends all that match; answers how many. Their sockets are told. */
    endMatching: async (filter: SessionFilter): Promise<number> => end(await repo.matching(filter)),

    /** Ends the sessions that nobody used for eight hours or that are a day old. To be called every minute or so. */
    endExpired: async (): Promise<number> => end(await repo.expired({ now: clock(), signedInBefore: oldestSignIn() })),

    /**
     * Who a session acts for now, by their membership of this moment. Where they lost the organisation they worked in,
     * they find themselves in another of theirs; where they lost all, nobody is signed in.
     */
    async actorOf(cookieId: string, { personId, orgId, signedInAt }: SignedIn): Promise<Actor | null> {
      const id = sessionIdOf(cookieId);
      if (signedInAt <= oldestSignIn()) {
        await end([id]);
        return null;
      }
      const all = await memberships.ofPerson(personId);
      const here = all.find((membership) => membership.orgId === orgId) ?? all[0];
      if (!here) return null;
      if (here.orgId !== orgId) await repo.moveTo(id, here.orgId);
      const now = clock();
      if (now.getTime() - (here.lastSeenAt?.getTime() ?? 0) > lastSeenEveryMs) {
        await memberships.seen(here.orgId, personId, now);
      }
      return actorOf(id, here);
    },

    /**
     * Who somebody's session acts for in an organisation now, for what lives longer than a request. Null when it ended
     * or they left the organisation.
     */
    async refresh({ sessionId, orgId, personId }: SessionOfPerson): Promise<Actor | null> {
      const [signedIn, membership] = await Promise.all([
        repo.find(sessionId, clock()),
        memberships.find(orgId, personId),
      ]);
      if (!signedIn || signedIn.signedInAt <= oldestSignIn() || !membership) return null;
      return actorOf(sessionId, membership);
    },

    moveTo: (sessionId: string, orgId: string): Promise<void> => repo.moveTo(sessionId, orgId),
  };
}

/** A callback of express-session as a promise. */
const settled = (start: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
