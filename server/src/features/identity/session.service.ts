import type { Request } from 'express';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Doer, Told, Trail } from '../audit/index.ts';
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

type Deps = { repo: SessionRepo; memberships: MembershipRepo; trail: Trail; events: DomainEvents; clock: Clock };
/** Who ends sessions, and what the audit trail says of it. */
type Noted = { by: Doer; action: 'session.end' | 'member.sign-out'; record?: Told };
type SessionOfPerson = { sessionId: string; orgId: string; personId: string };
export type SessionService = ReturnType<typeof sessionService>;

export function sessionService({ repo, memberships, trail, events, clock }: Deps) {
  const oldestSignIn = () => new Date(clock().getTime() - absoluteLimitMs);

  /** Removes them, with a note in the audit trail where somebody ends them, and tells their sockets. */
  async function end(ids: readonly string[], noted?: Noted): Promise<number> {
    if (ids.length === 0) return 0;
    const remove = async () => {
      await repo.remove(ids);
      return { ...noted?.record, sessions: ids.length };
    };
    await (noted ? trail.record(noted.by, noted.action, { change: remove }) : remove());
    await events.publish({ type: 'sessions.ended', sessionIds: [...ids] });
    return ids.length;
  }

  /** Who a session acts for where it works, null where its person may not work there (any more). */
  async function seated(sessionId: string, { orgId, personId }: SignedIn): Promise<Actor | null> {
    const membership = await memberships.find(orgId, personId);
    return membership && actorOf(sessionId, membership);
  }

  function actorOf(sessionId: string, { orgId, personId, role, name }: MembershipRecord): Actor {
    return { personId, name, orgId, role, via: { kind: 'session', sessionId } };
  }

  return {
    /**
     * Starts a session under a new id; one this browser had before ends. The audit trail has it first: without its entry
     * there is no session.
     */
    async begin(req: Request, signedIn: Omit<SignedIn, 'signedInAt' | 'device' | 'address'>): Promise<void> {
      const former = req.session.signedIn && sessionIdOf(req.sessionID);
      await settled((done) => req.session.regenerate(done));
      const place = { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' };
      const begun = { ...signedIn, ...place, signedInAt: clock() };
      const id = sessionIdOf(req.sessionID);
      const actor = await seated(id, begun);
      if (!actor) throw new Fault('auth.required');
      const { device, address } = place;
      await trail.record(actor, 'session.begin', { change: async () => ({ id, device, address }) });
      req.session.signedIn = begun;
      await settled((done) => req.session.save(done));
      if (former !== undefined) await end([former]);
    },

    /** Ends the session a request came with; answers what it held. */
    async endOwn(req: Request): Promise<SignedIn | null> {
      const { signedIn } = req.session;
      if (!signedIn) return null;
      const id = sessionIdOf(req.sessionID);
      const actor = await seated(id, signedIn);
      if (actor) await trail.record(actor, 'session.end', { change: async () => ({ id }) });
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
    async endMatching(filter: SessionFilter, noted: Noted): Promise<number> {
      const matching = await repo.matching(filter);
      return end(
        matching.map(({ id }) => id),
        noted,
      );
    },

    /** The same where the provider says that they are over: each organisation in which they worked is told. */
    async endedAtProvider(filter: SessionFilter, provider: string): Promise<void> {
      for (const [orgId, sessions] of Map.groupBy(await repo.matching(filter), (session) => session.orgId)) {
        const by = { orgId, outside: 'provider', name: provider } as const;
        const ids = sessions.map(({ id }) => id);
        await end(ids, { by, action: 'session.end' });
      }
    },

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

    /** Lets a session work in the organisation of `actor` from now on. */
    async moveTo(actor: Actor, sessionId: string): Promise<void> {
      const move = async () => {
        await repo.moveTo(sessionId, actor.orgId);
        return { id: sessionId };
      };
      await trail.record(actor, 'session.move', { change: move });
    },
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
