import type { Role } from '@cobench/shared/access/roles';
import type { Organisation } from '@cobench/shared/identity/identity';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import type { MembershipRepo } from './membership.repo.ts';
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
  events: DomainEvents;
  clock: Clock;
};

/** Makes our records equal to what the provider says. */
export function provisioning({ organisations, people, memberships, events, clock }: Deps) {
  const ensureOrganisation = ({ slug, name }: OrganisationName): Promise<Organisation> =>
    organisations.ensure({ id: newId(), slug, name: name ?? slug, at: clock() });

  const changed = (personId: string, orgIds: readonly string[]) =>
    Promise.all(orgIds.map((orgId) => events.publish({ type: 'membership.changed', orgId, personId })));

  return {
    /** The organisation with this slug; made where there is none yet. */
    ensureOrganisation,

    /**
     * The person and their organisations, first the one the provider named first. Memberships the provider no longer
     * names end. Null where it names none: then nobody signs in, and no person is made.
     */
    async provision({ memberships: claimed, ...profile }: Profile) {
      const known = await people.findBySubject(profile);
      if (claimed.length === 0) {
        if (known) await changed(known.id, await memberships.keepOnly(known.id, []));
        return null;
      }
      const { name, email } = profile;
      const person = await people.save(profile, { id: known?.id ?? newId(), name, email, at: clock() });
      const joined = await Promise.all(
        claimed.map(async ({ organisation, role }) => {
          const { id: orgId } = await ensureOrganisation(organisation);
          const before = await memberships.save({ orgId, personId: person.id, role, name, email });
          return { orgId, roleChanged: before !== null && before !== role };
        }),
      );
      const orgIds = joined.map(({ orgId }) => orgId);
      const left = await memberships.keepOnly(person.id, orgIds);
      await changed(person.id, [...left, ...joined.filter((one) => one.roleChanged).map((one) => one.orgId)]);
      return { personId: person.id, orgIds };
    },
  };
}
