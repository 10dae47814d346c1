import type { Role } from '@cobench/shared/access/roles';
import type { Organisation } from '@cobench/shared/identity/identity';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import { told, type MembershipRecord, type MembershipRepo } from './membership.repo.ts';
import type { OrganisationRepo } from './organisation.repo.ts';
import type { PersonRepo, Subject } from './person.repo.ts';

/** What a provider says about a person at sign-in. */
export type Profile = Subject & {
  name: string;
  email: string;
  memberships: readonly { organisation: OrganisationName; role: Role }[];
};
export type OrganisationName = { slug: string; name?: string | undefined };

type Deps = {
  organisations: OrganisationRepo;
  people: PersonRepo;
  memberships: MembershipRepo;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};

type Claim = Omit<MembershipRecord, 'role' | 'lastSeenAt' | 'disabledAt'>;

const isSame = (before: MembershipRecord, now: Claim & { role: Role }): boolean =>
  (['role', 'claimedRole', 'source', 'name', 'email'] as const).every((field) => before[field] === now[field]);

/** Makes our records equal to what the provider says. */
export function provisioning({ organisations, people, memberships, trail, events, clock }: Deps) {
  const ensureOrganisation = ({ slug, name }: OrganisationName): Promise<Organisation> =>
    organisations.ensure({ id: newId(), slug, name: name ?? slug, at: clock() });

  async function join(claim: Claim, realm: string): Promise<MembershipRecord> {
    const { orgId, personId, claimedRole } = claim;
    const before = await memberships.findAny(orgId, personId);
    const role = before?.claimedRole === claimedRole ? before.role : claimedRole;
    if (before && isSame(before, { ...claim, role })) return before;
    const by = { orgId, outside: 'provider', name: realm } as const;
    const change = () => memberships.save({ ...claim, role });
    const action = before ? 'member.edit' : 'member.join';
    const saved = await trail.record(by, action, { before: before && told(before), change, told });
    if (before && before.role !== role) await events.publish({ type: 'membership.changed', orgId, personId });
    return saved;
  }

  async function leave(
    personId: string,
    { except, realm }: { except: readonly string[]; realm: string },
  ): Promise<void> {
    const all = await memberships.everyOfPerson(personId);
    const left = all.filter(({ orgId, source }) => source === 'provider' && !except.includes(orgId));
    await Promise.all(
      left.map(async (before) => {
        const { orgId } = before;
        const by = { orgId, outside: 'provider', name: realm } as const;
        const change = () => memberships.end(orgId, personId);
        await trail.record(by, 'member.leave', { before: told(before), change, told: () => null });
        await events.publish({ type: 'membership.changed', orgId, personId });
      }),
    );
  }

  return {
    /** The organisation with this slug; made where there is none yet. */
    ensureOrganisation,

    /**
     * The person and the organisations in which they may work, first the one the provider named first. Memberships the
     * provider no longer names end; a role that was given here holds until the provider names another than before. Null
     * where nothing is left: then nobody signs in, and where the provider names nothing no person is made.
     */
    async provision({ memberships: claimed, ...profile }: Profile) {
      const known = await people.findBySubject(profile);
      if (claimed.length === 0) {
        if (known) await leave(known.id, { except: [], realm: profile.realm });
        return null;
      }
      const { name, email, realm } = profile;
      const person = await people.save(profile, { id: known?.id ?? newId(), name, email, at: clock() });
      const joined = await Promise.all(
        claimed.map(async ({ organisation, role }) => {
          const { id: orgId } = await ensureOrganisation(organisation);
          const claim = { orgId, personId: person.id, name, email, claimedRole: role, source: 'provider' } as const;
          return join(claim, realm);
        }),
      );
      await leave(person.id, { except: joined.map(({ orgId }) => orgId), realm });
      const orgIds = joined.filter(({ disabledAt }) => disabledAt === null).map(({ orgId }) => orgId);
      for (const { orgId } of joined.filter(({ disabledAt }) => disabledAt !== null)) {
        const by = { orgId, personId: person.id, name, via: { kind: 'session', sessionId: '' } } as const;
        trail.refused(by, { action: 'session.begin', recordId: '', reason: 'The person is disabled.' });
      }
      return orgIds.length > 0 ? { personId: person.id, orgIds } : null;
    },
  };
}
