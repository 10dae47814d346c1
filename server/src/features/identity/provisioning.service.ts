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

type Claim = Omit<MembershipRecord, 'role' | 'source' | 'lastSeenAt' | 'disabledAt'>;

/** What a claim makes of a place: a role that was given here holds until the provider names another than before. */
function resolved(claim: Claim, before: MembershipRecord | null): Claim & Pick<MembershipRecord, 'role' | 'source'> {
  const role = before?.claimedRole === claim.claimedRole ? before.role : claim.claimedRole;
  return { ...claim, role, source: before?.source ?? 'provider' };
}

const isSame = (before: MembershipRecord, now: ReturnType<typeof resolved>): boolean =>
  (['role', 'claimedRole', 'source', 'name', 'email'] as const).every((field) => before[field] === now[field]);

const optionally = <T, U>(make: (value: T) => U, value: T | null): U | null => (value === null ? null : make(value));

/** Makes our records equal to what the provider says. */
export function provisioning({ organisations, people, memberships, trail, events, clock }: Deps) {
  const ensureOrganisation = ({ slug, name }: OrganisationName): Promise<Organisation> =>
    organisations.ensure({ id: newId(), slug, name: name ?? slug, at: clock() });

  async function join(claim: Claim, realm: string): Promise<MembershipRecord> {
    const { orgId, personId } = claim;
    const known = await memberships.findAny(orgId, personId);
    if (known && isSame(known, resolved(claim, known))) return known;
    const by = { orgId, outside: 'provider', name: realm } as const;
    const saved = await trail.record(by, known ? 'member.edit' : 'member.join', {
      before: async () => optionally(told, await memberships.findAny(orgId, personId)),
      // Read again in here: an administrator may have decided meanwhile.
      change: async () => memberships.save(resolved(claim, await memberships.findAny(orgId, personId))),
      told,
    });
    if (known && known.role !== saved.role) await events.publish({ type: 'membership.changed', orgId, personId });
    return saved;
  }

  async function leave(
    personId: string,
    { except, realm }: { except: readonly string[]; realm: string },
  ): Promise<void> {
    const all = await memberships.everyOfPerson(personId);
    // Who is disabled stays so, whatever the provider says meanwhile.
    const left = all.filter((one) => one.source === 'provider' && !one.disabledAt && !except.includes(one.orgId));
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
      if (claimed.length === 0 && !known) return null;
      const { name, email, realm } = profile;
      const person = await people.save(profile, { id: known?.id ?? newId(), name, email, at: clock() });
      const joined = await Promise.all(
        claimed.map(async ({ organisation, role }) => {
          const { id: orgId } = await ensureOrganisation(organisation);
          const claim = { orgId, personId: person.id, name, email, claimedRole: role };
          return join(claim, realm);
        }),
      );
      await leave(person.id, { except: joined.map(({ orgId }) => orgId), realm });
      for (const { orgId } of joined.filter(({ disabledAt }) => disabledAt !== null)) {
        const by = { orgId, personId: person.id, name, via: { kind: 'session', sessionId: '' } } as const;
        trail.refused(by, { action: 'session.begin', recordId: '', reason: 'The person is disabled.' });
      }
      // Those they were invited to are theirs too.
      const mine = new Set((await memberships.ofPerson(person.id)).map(({ orgId }) => orgId));
      const claimedFirst = joined.map(({ orgId }) => orgId).filter((orgId) => mine.has(orgId));
      const orgIds = [...new Set([...claimedFirst, ...mine])];
      return orgIds.length > 0 ? { personId: person.id, orgIds } : null;
    },
  };
}
