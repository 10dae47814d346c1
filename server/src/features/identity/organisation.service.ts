import type { OrganisationSettings } from '@cobench/shared/identity/identity';
import { authorize, sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import type { OrganisationChange, OrganisationRepo } from './organisation.repo.ts';
import type { SessionRepo } from './session.repo.ts';
import type { SessionService } from './session.service.ts';

type Deps = {
  organisations: OrganisationRepo;
  sessions: SessionService;
  sessionRepo: SessionRepo;
  trail: Trail;
  clock: Clock;
};
export type OrganisationService = ReturnType<typeof organisationService>;

/** What an organisation is called, and what it asks of its people. */
export function organisationService({ organisations, sessions, sessionRepo, trail, clock }: Deps) {
  const find = (orgId: string) => organisations.settings(orgId);

  /** Nobody closes the door behind themselves and stands outside. */
  async function requireOwnSecondFactor(actor: Actor): Promise<void> {
    const own = await sessionRepo.find(sessionOf(actor), clock());
    if (own?.secondFactor) return;
    const detail = 'Set up a second factor for yourself first, in your settings, or sign in with it.';
    throw new Fault('state.conflict', { detail });
  }

  return {
    get: (actor: Actor): Promise<OrganisationSettings> => authorize(actor, 'organisation.read', find),

    /**
     * Where it begins to ask for a second factor, sessions that showed none end. Whoever sits at an open screen decides
     * nothing of that kind.
     * @throws Fault `edit.conflict`; `confirmation.required` where policies change; `state.conflict` for whoever asks for a second factor and showed none.
     */
    async edit(actor: Actor, change: OrganisationChange & { version: number }): Promise<OrganisationSettings> {
      const before = await authorize(actor, 'organisation.manage', find);
      if (before.version !== change.version) throw new Fault('edit.conflict');
      if (change.policies) await sessions.requireConfirmed(sessionOf(actor));
      const begins = change.policies?.secondFactor === true && !before.policies.secondFactor;
      if (begins) await requireOwnSecondFactor(actor);
      const { orgId } = actor;
      const edit = () => organisations.edit(orgId, change);
      const edited = await trail.record(actor, 'organisation.edit', { before, change: edit });
      if (!edited) throw new Fault('edit.conflict');
      const noted = { by: actor, action: 'session.end' } as const;
      if (begins) await sessions.endMatching({ orgId, secondFactor: false }, noted);
      return edited;
    },
  };
}
