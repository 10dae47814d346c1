import { Kiosk, type KnownKiosk } from '@cobench/shared/kiosks/kiosk';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import type { KioskRecord, KioskRepo } from './kiosk.repo.ts';
import { newSecret } from './wall-secret.ts';

const dayMs = 86_400_000;
/** A screen asks at least once a minute. */
const heardLatelyMs = 3 * 60_000;

type Deps = {
  repo: KioskRepo;
  projects: { get(actor: Actor, ref: { id: string }): Promise<Project> };
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type NewKiosk = { name: string; projectIds: string[] | null; expiresInDays: number | null };
export type KioskService = ReturnType<typeof kioskService>;

/** The links that administrators make for screens on walls. */
export function kioskService({ repo, projects, trail, events, clock }: Deps) {
  return {
    async list(actor: Actor, page: { limit: number; cursor?: string | undefined }): Promise<Page<KnownKiosk>> {
      await authorize(actor, 'kiosk.manage');
      const heardSince = new Date(clock().getTime() - heardLatelyMs);
      return repo.list(actor.orgId, { ...page, heardSince });
    },

    /**
     * A new link and its secret, which nobody can read again.
     * @throws Fault `input.invalid` where a project does not exist for the actor.
     */
    async create(actor: Actor, { name, projectIds, expiresInDays }: NewKiosk): Promise<Kiosk & { secret: string }> {
      await authorize(actor, 'kiosk.manage');
      const chosen = projectIds === null ? null : [...new Set(projectIds)];
      const named = await referenced(
        'projectIds',
        Promise.all((chosen ?? []).map((id) => projects.get(actor, { id }))),
      );
      const now = clock();
      const { secret, hash } = newSecret('link');
      const record: KioskRecord = {
        id: newId(),
        orgId: actor.orgId,
        hash,
        name,
        projectIds: chosen,
        shownThoughRestricted: named.filter(({ restricted }) => restricted).map(({ id }) => id),
        createdAt: now.toISOString(),
        createdBy: actor.personId,
        createdByName: actor.name,
        expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * dayMs).toISOString(),
        revokedAt: null,
      };
      const insert = () => repo.insert(record);
      return { ...(await trail.record(actor, 'kiosk.create', { change: insert, told })), secret };
    },

    /** Takes a link back for good; the first time stays. Its screens are told at once. */
    async revoke(actor: Actor, { id }: { id: string }): Promise<Kiosk> {
      const { orgId } = actor;
      const find = () => authorize(actor, 'kiosk.manage', () => repo.find(orgId, id));
      const kiosk = await find();
      if (kiosk.revokedAt !== null) return kiosk;
      const revoke = () => repo.revoke(orgId, id, clock());
      const revoked = await trail.record(actor, 'kiosk.revoke', { before: told(kiosk), change: revoke, told });
      // Somebody else was faster, and tells the screens.
      if (!revoked) return find();
      await events.publish({ type: 'kiosk.ended', orgId, kioskId: id });
      return revoked;
    },
  };
}

/** What the audit trail tells of a link: what administrators see of it. */
export const told = (kiosk: KioskRecord): Kiosk => Kiosk.parse(kiosk);
