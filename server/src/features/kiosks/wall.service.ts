import { roleAllows } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import { wallActions, type Wall } from '@cobench/shared/kiosks/wall';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import type { HiddenFrom } from '../identity/index.ts';
import type { KioskRecord, KioskRepo, Screen } from './kiosk.repo.ts';
import { told } from './kiosk.service.ts';
import { wallContent, type WallSources } from './wall-content.ts';
import { hashOfShown, newSecret } from './wall-secret.ts';

const seenEveryMs = 60_000;
/** A screen that was silent for longer needs its link again. */
const silentMs = 90 * 86_400_000;
const mostScreens = 50;
type Deps = WallSources & {
  repo: KioskRepo;
  identity: {
    roleIn(orgId: string, personId: string): Promise<Role | null>;
    organisationNamed(orgId: string): Promise<string>;
  };
  hiddenFrom: HiddenFrom;
  trail: Trail;
  clock: Clock;
};
/** Where a screen stands: which link it was opened with, and what is to be seen through that now. */
export type WallView = {
  kioskId: string;
  orgId: string;
  /** Who made the link: what it shows depends on their role. */
  madeBy: string;
  /** The chosen projects; null for all. */
  only: ReadonlySet<string> | null;
  hidden: ReadonlySet<string>;
};
type Shown = { secret: string; device: string; address: string; cookie: string };
export type WallService = ReturnType<typeof wallService>;

/** What screens on walls see. A screen is no actor anywhere else: nothing but this asks for its cookie. */
export function wallService({ repo, identity, hiddenFrom, trail, clock, ...sources }: Deps) {
  const content = wallContent({ ...sources, clock });

  /** @throws Fault `kiosk.over` with the reason where a link shows nothing (any more). */
  async function requireStanding({ orgId, createdBy, revokedAt, expiresAt }: KioskRecord): Promise<void> {
    if (revokedAt !== null) throw over('This link was taken back.');
    if (expiresAt !== null && clock() >= new Date(expiresAt)) throw over('This link has expired.');
    // A link never outlives the right to make it: who left cannot go on watching from outside.
    if (!roleAllows(await identity.roleIn(orgId, createdBy), 'kiosk.manage')) {
      throw over('Whoever made this link is no administrator any more.');
    }
  }

  async function standing(cookie: string): Promise<{ kiosk: KioskRecord; screen: Screen }> {
    const hash = hashOfShown('screen', cookie);
    const screen = hash === null ? null : await repo.findScreen(hash);
    const kiosk = screen && (await repo.find(screen.orgId, screen.kioskId));
    if (!kiosk) throw over('Open the link that an administrator made for this screen.');
    await requireStanding(kiosk);
    return { kiosk, screen };
  }

  /** Restricted projects are hidden, but for those that were restricted already when somebody chose to show them. */
  async function viewOf({ id, orgId, createdBy, projectIds, shownThoughRestricted }: KioskRecord): Promise<WallView> {
    const restricted = (await hiddenFrom(orgId, [id]))(id);
    const hidden = new Set([...restricted].filter((one) => !shownThoughRestricted.includes(one)));
    return { kioskId: id, orgId, madeBy: createdBy, only: projectIds && new Set(projectIds), hidden };
  }

  /** It acts like a key that may do next to nothing, and is no person's. */
  function actorOf({ kioskId, orgId, only, hidden }: WallView, { name }: KioskRecord): Actor {
    const via = { kind: 'key', keyId: kioskId, actions: wallActions } as const;
    return { personId: kioskId, name, orgId, hidden, ...(only && { only }), role: 'viewer', via };
  }

  return {
    /**
     * Opens a wall on a screen: answers what its cookie is to hold. A screen that has opened this link before keeps its own.
     * @throws Fault `kiosk.over`
     */
    async open({ secret, cookie, device, address }: Shown): Promise<{ name: string; cookie: string }> {
      const hash = hashOfShown('link', secret);
      const kiosk = hash === null ? null : await repo.findByHash(hash);
      if (!kiosk) throw over('There is no such link.');
      await requireStanding(kiosk);
      const { id: kioskId, orgId, name } = kiosk;
      const known = hashOfShown('screen', cookie);
      if (known !== null && (await repo.findScreen(known))?.kioskId === kioskId) return { name, cookie };
      const now = clock();
      const made = newSecret('screen');
      const screen = { id: made.hash, orgId, kioskId, device, address, openedAt: now, lastSeenAt: now };
      await trail.record({ orgId, outside: 'visitor', name: '' }, 'kiosk.open', {
        change: () => repo.insertScreen(screen),
        told: () => ({ ...told(kiosk), device, address }),
      });
      await repo.tidy(kiosk, { silentSince: new Date(now.getTime() - silentMs), atMost: mostScreens });
      return { name, cookie: made.secret };
    },

    /** What is to be seen on a screen now. @throws Fault `kiosk.over` */
    async read(cookie: string): Promise<Wall> {
      const { kiosk, screen } = await standing(cookie);
      const now = clock();
      if (now.getTime() - screen.lastSeenAt.getTime() > seenEveryMs) await repo.seen(screen, now);
      const actor = actorOf(await viewOf(kiosk), kiosk);
      const [organisation, shown] = await Promise.all([
        identity.organisationNamed(kiosk.orgId),
        content(actor, kiosk.projectIds),
      ]);
      return { organisation, name: kiosk.name, ...shown, at: now.toISOString() };
    },

    /** The view of a screen by its cookie, for its live connection; null where its link shows nothing (any more). */
    async viewOfScreen(cookie: string): Promise<WallView | null> {
      try {
        return await viewOf((await standing(cookie)).kiosk);
      } catch (error) {
        if (error instanceof Fault && error.code === 'kiosk.over') return null;
        throw error;
      }
    },
  };
}

const over = (detail: string): Fault => new Fault('kiosk.over', { detail });
