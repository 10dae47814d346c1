import type { Role } from '@cobench/shared/access/roles';
import type { Person } from '@cobench/shared/identity/identity';
import { localRealm } from '@cobench/shared/identity/sign-in';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Trail } from '../audit/index.ts';
import { apiKeyService } from './api-key.service.ts';
import { identification } from './identify.ts';
import type { IdentityStore } from './identity.mongo.ts';
import { identityRoutes } from './identity.routes.ts';
import { meService } from './me.service.ts';
import { memberService } from './member.service.ts';
import type { MembershipRecord } from './membership.repo.ts';
import { organisationService } from './organisation.service.ts';
import { personalTokenService } from './personal-token.service.ts';
import { provisioning } from './provisioning.service.ts';
import { credentialOf, sessionCookie } from './session.ts';
import { seating, type HiddenFrom } from './seat.ts';
import { sessionService } from './session.service.ts';

type Deps = {
  store: IdentityStore;
  hiddenFrom: HiddenFrom;
  hasSecondFactor: (personId: string) => Promise<boolean>;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  publicUrl: string;
  sessionSecret: string;
  sessionOfToken: (token: string) => Promise<string | null>;
};
type NewMember = Pick<MembershipRecord, 'orgId' | 'personId' | 'name' | 'email' | 'role'>;
type Reached = Pick<MembershipRecord, 'personId' | 'email'>;
export type Identity = ReturnType<typeof createIdentity>;

/** Who people are, where they belong, and what proves it. */
export function createIdentity({ store, hiddenFrom, publicUrl, sessionSecret, sessionOfToken, ...deps }: Deps) {
  const { people, organisations, memberships } = store;
  const { hasSecondFactor, trail, events, clock } = deps;
  const { takeSeat, takeSeats } = seating(hiddenFrom);
  const shared = { memberships, organisations, takeSeat, hasSecondFactor, trail, events, clock };
  const sessions = sessionService({ repo: store.sessions, takeSeats, ...shared });
  const keys = apiKeyService({ repo: store.apiKeys, ...shared });
  const tokens = personalTokenService({ repo: store.apiKeys, ...shared });
  const members = memberService({ sessions, ...shared });
  const organisation = organisationService({ sessions, sessionRepo: store.sessions, ...shared });
  const me = meService({ people, organisations, memberships, sessions });
  const session = sessionCookie({ store: store.sessionStore, secret: sessionSecret, publicUrl });
  return {
    ...identification({ session, sessions, keys, sessionOfToken }),
    ...provisioning({ people, ...shared }),
    credentialOf,
    sessions,
    keys,
    routes: identityRoutes({ me, organisation, members, keys, tokens }),
    /** What people are called, by their ids; also those who have left. */
    namesOf: people.namesOf,
    /** What the members of an organisation among these people are called. */
    memberNames: memberships.namesOf,
    findBySubject: people.findBySubject,
    /** Where somebody may work, in a fixed order. */
    membershipsOf: memberships.ofPerson,
    /** Whether somebody has a place in an organisation, also where they are disabled. */
    isMember: async (orgId: string, personId: string) => (await memberships.findAny(orgId, personId)) !== null,
    /** The role in which somebody may work in an organisation; null where they may not. */
    roleIn: async (orgId: string, personId: string) => (await memberships.find(orgId, personId))?.role ?? null,
    /** What somebody may do and see in an organisation now; null where they may not work there. */
    async seatOf(orgId: string, personId: string) {
      const seat = await takeSeat({ orgId, personId }, memberships.find(orgId, personId));
      return seat && { role: seat.membership.role, hidden: seat.hidden };
    },
    /** Where somebody has a place, also where they are disabled. */
    placesOf: memberships.everyOfPerson,
    /** The people whose provider, or invitation, gave them this address. */
    idsWithEmail: memberships.idsWithEmail,
    /** Those of these people who may work in an organisation, with their addresses; who has none is left out. */
    reached: async (orgId: string, personIds: readonly string[]): Promise<Reached[]> =>
      (await Promise.all(personIds.map((id) => memberships.find(orgId, id)))).flatMap(reachedBy),
    /** Its administrators likewise. */
    administrators: async (orgId: string): Promise<Reached[]> =>
      (await memberships.inRole(orgId, 'admin')).flatMap(reachedBy),
    /** All in a role likewise. */
    inRole: async (orgId: string, role: Role): Promise<Reached[]> =>
      (await memberships.inRole(orgId, role)).flatMap(reachedBy),
    /** What an organisation is called. */
    organisationNamed: async (orgId: string) => (await organisations.byIds([orgId]))[0]?.name ?? '',
    /** The short name of an organisation. */
    slugOf: async (orgId: string) => (await organisations.byIds([orgId]))[0]?.slug ?? '',
    /** The organisations that keep the points of runs for some days, and not for ever. */
    keepingPoints: organisations.keepingPoints,
    /** Whether one of these organisations asks for a second factor. */
    asksSecondFactor: organisations.asksSecondFactor,
    /** Somebody of no provider. Within a transaction of whoever knows how they sign in. */
    addPerson: (person: Person) => people.save({ realm: localRealm, subject: person.id }, { ...person, at: clock() }),
    /** A place in an organisation that no provider gives or takes. Within a transaction. */
    addMember: ({ role, ...member }: NewMember) =>
      memberships.save({ ...member, role, claimedRole: role, source: 'invitation' }),
  };
}

const reachedBy = (one: MembershipRecord | null): Reached[] =>
  one && one.email !== '' ? [{ personId: one.personId, email: one.email }] : [];
