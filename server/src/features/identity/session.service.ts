import { refreshTokenDays } from '@cobench/shared/identity/api-session';
import type { Page } from '@cobench/shared/page';
import type { Request } from 'express';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Doer, Told, Trail } from '../audit/index.ts';
import { deviceOf } from './device.ts';
import type { MembershipRecord, MembershipRepo } from './membership.repo.ts';
import type { OrganisationRepo } from './organisation.repo.ts';
import type { Seat, TakeSeat, TakeSeats } from './seat.ts';
import { newSessionId, sessionIdOf } from './session-id.ts';
import type { KeptSession, SessionFilter, SessionQuery, SessionRepo, SignedIn } from './session.repo.ts';
import { settled } from './settled.ts';
import { waitingSignIns } from './waiting-sign-ins.ts';

declare module 'express-session' {
  interface SessionData {
    signedIn: SignedIn;
  }
}

const dayMs = 24 * 3_600_000;
/** How long a session lasts at most, used or not. */
const absoluteLimitMs = { browser: dayMs, api: 30 * dayMs } as const satisfies Record<SignedIn['kind'], number>;
/** How long a program may stay away; what browsers may is in their cookie. */
const apiIdleMs = refreshTokenDays * dayMs;
const lastSeenEveryMs = 5 * 60_000;
const confirmedMs = 15 * 60_000;

type Deps = {
  repo: SessionRepo;
  memberships: MembershipRepo;
  organisations: OrganisationRepo;
  takeSeat: TakeSeat;
  takeSeats: TakeSeats;
  /** Whether somebody has set a second factor up. */
  hasSecondFactor: (personId: string) => Promise<boolean>;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type Came = Pick<SignedIn, 'personId' | 'secondFactor'>;
type Place = Pick<SignedIn, 'device' | 'address'>;
/** Who has shown who they are, and how. */
export type Arrival = Pick<SignedIn, 'personId' | 'orgId' | 'realm' | 'secondFactor'> &
  Partial<Pick<SignedIn, 'sid' | 'idToken' | 'passwordSince' | 'confirmedAt'>>;
/** Who ends sessions, and what the audit trail says of it. */
type Noted = { by: Doer; action: 'session.end' | 'member.sign-out'; record?: Told };
export type SessionService = ReturnType<typeof sessionService>;

export function sessionService(deps: Deps) {
  const { repo, memberships, organisations, takeSeat, takeSeats, hasSecondFactor, trail, events, clock } = deps;
  const from = (now: Date, ms: number) => new Date(now.getTime() + ms);
  const oldestSignIn = (kind: SignedIn['kind']) => from(clock(), -absoluteLimitMs[kind]);
  const isOver = ({ kind, signedInAt }: SignedIn) => signedInAt <= oldestSignIn(kind);
  /** Whether what a session showed is enough for an organisation, and is all that its person has. */
  const isEnough = async ({ personId, secondFactor }: Came, orgId: string): Promise<boolean> =>
    secondFactor || !((await organisations.asksSecondFactor(orgId)) || (await hasSecondFactor(personId)));

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
  async function seated(sessionId: string, who: { orgId: string; personId: string }): Promise<Actor | null> {
    const seat = await takeSeat(who, memberships.find(who.orgId, who.personId));
    return seat && actorIn(seat, sessionId);
  }

  async function another(all: readonly MembershipRecord[], signedIn: SignedIn): Promise<MembershipRecord | undefined> {
    const enough = await Promise.all(all.map(({ orgId }) => isEnough(signedIn, orgId)));
    return all.find((_membership, at) => enough[at]);
  }

  async function noteBegin(id: string, begun: SignedIn): Promise<void> {
    const actor = await seated(id, begun);
    if (!actor) throw new Fault('auth.required');
    const { kind, device, address, secondFactor } = begun;
    await trail.record(actor, 'session.begin', { change: async () => ({ id, kind, device, address, secondFactor }) });
  }

  /** While this session came in, the organisation may have begun to ask for a second factor, or its person to have one. */
  async function endUnlessEnough(id: string, came: Came & { orgId: string }): Promise<void> {
    if (await isEnough(came, came.orgId)) return;
    await end([id]);
    throw new Fault('auth.required');
  }

  async function move(id: string, signedIn: SignedIn, orgId: string): Promise<void> {
    await repo.moveTo(id, orgId);
    await endUnlessEnough(id, { ...signedIn, orgId });
  }

  return {
    /**
     * Starts a session under a new id; one this browser had before ends. The audit trail has it first: without its entry
     * there is no session.
     * @throws Fault `auth.required` where they may not work there, or the organisation asks for more than they showed.
     */
    async begin(req: Request, arrival: Arrival): Promise<void> {
      const former = req.session.signedIn && sessionIdOf(req.sessionID);
      await settled((done) => req.session.regenerate(done));
      const place = { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' };
      const now = clock();
      const begun = { ...arrival, ...place, kind: 'browser', signedInAt: now } as const;
      const id = sessionIdOf(req.sessionID);
      await noteBegin(id, begun);
      req.session.signedIn = begun;
      await settled((done) => req.session.save(done));
      if (former !== undefined) await end([former]);
      try {
        await endUnlessEnough(id, begun);
      } catch (error) {
        await settled((done) => req.session.destroy(done));
        throw error;
      }
    },

    /** The same for a program, which comes back with access tokens instead of a cookie. Answers the id of its session. */
    async beginApi(arrival: Arrival, place: Place): Promise<string> {
      const now = clock();
      const begun = { ...arrival, ...place, kind: 'api', signedInAt: now } as const;
      const id = newSessionId();
      await noteBegin(id, begun);
      await repo.insert(id, begun, { now, expires: from(now, apiIdleMs) });
      await endUnlessEnough(id, begun);
      return id;
    },

    /** Lets a program's session live on. False where it is over. */
    async renewApi(id: string): Promise<boolean> {
      const now = clock();
      const signedIn = await repo.find(id, now);
      if (signedIn?.kind !== 'api' || isOver(signedIn)) return false;
      return repo.extend(id, { now, expires: from(now, apiIdleMs) });
    },

    /** Ends a program's session that should not have begun. */
    endApi: (id: string): Promise<number> => end([id]),

    /** Who a program's session acts for now; null where it is over. */
    async apiActorOf(id: string): Promise<Actor | null> {
      const signedIn = await repo.find(id, clock());
      return signedIn?.kind === 'api' ? this.actorOf(id, signedIn) : null;
    },

    ...waitingSignIns({ repo, clock, seated, end }),

    /** Writes down that a session's person showed again who they are, perhaps with a second factor. */
    async confirm(sessionId: string, shown: { secondFactor?: true }): Promise<void> {
      await repo.confirm(sessionId, { ...shown, confirmedAt: clock() });
    },

    /**
     * @throws Fault `confirmation.required` where it is longer than fifteen minutes ago that they showed who they are, or
     * they never showed the second factor that they have.
     */
    async requireConfirmed(sessionId: string): Promise<void> {
      const now = clock();
      const signedIn = await repo.find(sessionId, now);
      const at = signedIn?.confirmedAt;
      if (!at || at <= from(now, -confirmedMs)) throw new Fault('confirmation.required');
      if (!signedIn.secondFactor && (await hasSecondFactor(signedIn.personId))) {
        throw new Fault('confirmation.required');
      }
    },

    /** Ends the session a request came with; answers what it held. */
    async endOwn(req: Request): Promise<SignedIn | null> {
      const { signedIn, waiting } = req.session;
      if (waiting) await settled((done) => req.session.destroy(done));
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
      return alive.filter(({ signedIn }) => !isOver(signedIn));
    },

    /** Those that work in an organisation, newest use first. */
    inOrganisation(orgId: string, query: SessionQuery): Promise<Page<KeptSession>> {
      const signedInAfter = { browser: oldestSignIn('browser'), api: oldestSignIn('api') };
      return repo.inOrganisation(orgId, { ...query, now: clock(), signedInAfter });
    },

    /** Ends all that match, and what waits to become one of them; answers how many. Their sockets are told. */
    async endMatching(filter: SessionFilter, noted: Noted): Promise<number> {
      await repo.removeWaiting(filter);
      const matching = await repo.matching(filter);
      return end(
        matching.map(({ id }) => id),
        noted,
      );
    },

    /** The same where the provider says that they are over: each organisation in which they worked is told. */
    async endedAtProvider(filter: SessionFilter, provider: string): Promise<void> {
      await repo.removeWaiting(filter);
      for (const [orgId, sessions] of Map.groupBy(await repo.matching(filter), (session) => session.orgId)) {
        const by = { orgId, outside: 'provider', name: provider } as const;
        const ids = sessions.map(({ id }) => id);
        await end(ids, { by, action: 'session.end' });
      }
    },

    /** Ends the sessions that nobody used for too long or that are too old. To be called every minute or so. */
    async endExpired(): Promise<number> {
      const signedInBefore = { browser: oldestSignIn('browser'), api: oldestSignIn('api') };
      return end(await repo.expired({ now: clock(), signedInBefore }));
    },

    /**
     * Who a session acts for now, by their membership of this moment. Where they lost the organisation they worked in,
     * they find themselves in another of theirs for which they showed enough; where they lost all, nobody is signed in.
     */
    async actorOf(id: string, signedIn: SignedIn): Promise<Actor | null> {
      const { personId, orgId } = signedIn;
      if (isOver(signedIn)) {
        await end([id]);
        return null;
      }
      const anywhere = memberships.ofPerson(personId).then(async (all) => {
        const known = all.find((membership) => membership.orgId === orgId);
        return known ?? (await another(all, signedIn)) ?? null;
      });
      const seat = await takeSeat({ orgId, personId }, anywhere);
      if (!seat) return null;
      const { membership: here } = seat;
      if (here.orgId !== orgId) await move(id, signedIn, here.orgId);
      const now = clock();
      if (now.getTime() - (here.lastSeenAt?.getTime() ?? 0) > lastSeenEveryMs) {
        await memberships.seen(here.orgId, personId, now);
      }
      return actorIn(seat, id);
    },

    /**
     * Whom sessions act for in an organisation now, by session, for what lives longer than a request. One that ended, or
     * whose person left the organisation, is not among them.
     */
    async refresh(orgId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Actor>> {
      const alive = [...(await repo.findAll(ids, clock()))].filter(([, signedIn]) => !isOver(signedIn));
      const personIds = [...new Set(alive.map(([, { personId }]) => personId))];
      const seats = await takeSeats(orgId, personIds, memberships.findAll(orgId, personIds));
      const actors = new Map<string, Actor>();
      for (const [id, { personId }] of alive) {
        const seat = seats.get(personId);
        if (seat) actors.set(id, actorIn(seat, id));
      }
      return actors;
    },

    /**
     * Lets a session work in the organisation of `actor` from now on.
     * @throws Fault `second-factor.required` where that asks for more than the session showed.
     */
    async moveTo(actor: Actor, sessionId: string): Promise<void> {
      const signedIn = await repo.find(sessionId, clock());
      if (!signedIn || !(await isEnough(signedIn, actor.orgId))) throw new Fault('second-factor.required');
      const change = async () => {
        await repo.moveTo(sessionId, actor.orgId);
        return { id: sessionId };
      };
      await trail.record(actor, 'session.move', { change });
      await endUnlessEnough(sessionId, { ...signedIn, orgId: actor.orgId });
    },
  };
}

function actorIn({ membership, hidden }: Seat, sessionId: string): Actor {
  const { orgId, personId, role, name } = membership;
  return { personId, name, orgId, hidden, role, via: { kind: 'session', sessionId } };
}
