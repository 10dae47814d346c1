import type { Me, Session } from '@cobench/shared/identity/identity';
import { sessionOf, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import type { MembershipRepo } from './membership.repo.ts';
import type { OrganisationRepo } from './organisation.repo.ts';
import type { PersonRepo } from './person.repo.ts';
import type { KeptSession } from './session.repo.ts';
import type { SessionService } from './session.service.ts';

type Deps = {
  people: PersonRepo;
  organisations: OrganisationRepo;
  memberships: MembershipRepo;
  sessions: SessionService;
};
/** Nobody looks through more of them, and "everywhere else" ends all. */
const sessionsShown = 100;

export type MeService = ReturnType<typeof meService>;

/** What a signed-in person sees and changes of themselves, and whom they work with. */
export function meService({ people, organisations, memberships, sessions }: Deps) {
  async function describe({ personId, orgId }: Actor): Promise<Me> {
    const [person, mine] = await Promise.all([people.find(personId), memberships.ofPerson(personId)]);
    const known = await organisations.byIds(mine.map((membership) => membership.orgId));
    const all = mine.flatMap(({ orgId, role }) =>
      known.filter((organisation) => organisation.id === orgId).map((organisation) => ({ organisation, role })),
    );
    const here = all.find((membership) => membership.organisation.id === orgId);
    if (!person || !here) throw new Fault('auth.required');
    return { ...person, ...here, memberships: all };
  }

  return {
    async me(actor: Actor): Promise<Me> {
      sessionOf(actor);
      return describe(actor);
    },

    /** @throws Fault `resource.missing` where it is not one of theirs. */
    async switchOrganisation(actor: Actor, { organisationId }: { organisationId: string }): Promise<Me> {
      const sessionId = sessionOf(actor);
      if (!(await memberships.find(organisationId, actor.personId))) throw new Fault('resource.missing');
      await sessions.moveTo({ ...actor, orgId: organisationId }, sessionId);
      return describe({ ...actor, orgId: organisationId });
    },

    async endOtherSessions(actor: Actor): Promise<{ ended: number }> {
      const except = sessionOf(actor);
      const noted = { by: actor, action: 'session.end' } as const;
      return { ended: await sessions.endMatching({ personId: actor.personId, except }, noted) };
    },

    async sessions(actor: Actor): Promise<{ items: Session[] }> {
      const here = sessionOf(actor);
      const kept = await sessions.ofPerson(actor.personId, sessionsShown);
      const items = kept.map((session) => toSession(session, here));
      return { items };
    },

    /** @throws Fault `resource.missing` where it is not one of theirs, or has ended. */
    async endSession(actor: Actor, { session }: { session: string }): Promise<{ ended: number }> {
      sessionOf(actor);
      const noted = { by: actor, action: 'session.end', record: { id: session } } as const;
      const ended = await sessions.endMatching({ personId: actor.personId, only: session }, noted);
      if (ended === 0) throw new Fault('resource.missing');
      return { ended };
    },
  };
}

/** What people see of a session; `here` is the one that asks. */
export const toSession = ({ id, signedIn, lastUsedAt }: KeptSession, here: string | null): Session => ({
  id,
  kind: signedIn.kind,
  device: signedIn.device,
  address: signedIn.address,
  signedInAt: signedIn.signedInAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
  isThis: id === here,
});
