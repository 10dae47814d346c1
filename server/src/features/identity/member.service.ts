import type { AuditedAction } from '@cobench/shared/audit/actions';
import type { Role } from '@cobench/shared/access/roles';
import type { Member, MemberSession } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import { told, type MemberQuery, type MembershipRecord, type MembershipRepo } from './membership.repo.ts';
import { toSession } from './me.service.ts';
import type { SessionService } from './session.service.ts';

type ById = { id: string };
type SessionsOf = { person?: string | undefined; limit: number; cursor?: string | undefined };
type Deps = { memberships: MembershipRepo; sessions: SessionService; trail: Trail; events: DomainEvents; clock: Clock };
export type MemberService = ReturnType<typeof memberService>;

/** The people of an organisation, and what administrators decide about them. */
export function memberService({ memberships, sessions, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => memberships.findAny(orgId, id);

  /** Writes the change, unless it would leave nobody to administrate, and tells whatever they have open. */
  async function decide(
    actor: Actor,
    {
      as,
      before,
      change,
    }: { as: AuditedAction; before: MembershipRecord; change: () => Promise<MembershipRecord | null> },
  ): Promise<Member> {
    const { orgId } = actor;
    const decided = await trail.record(actor, as, {
      before: told(before),
      change: async () => {
        const changed = await change();
        // Whatever changes a membership stands in the same chain, one after another: nobody else is deciding now.
        if (changed && (await memberships.count(orgId, 'admin')) === 0) throw nobodyLeft();
        return changed;
      },
      told,
    });
    if (!decided) throw new Fault('edit.conflict');
    await events.publish({ type: 'membership.changed', orgId, personId: before.personId });
    return toMember(decided);
  }

  return {
    async list(actor: Actor, query: MemberQuery): Promise<Page<Member>> {
      await authorize(actor, 'organisation.read');
      const page = await memberships.list(actor.orgId, query);
      return { ...page, items: page.items.map(toMember) };
    },

    /** Where the members are signed in, as far as they work here. */
    async sessions(actor: Actor, { person: personId, ...page }: SessionsOf): Promise<Page<MemberSession>> {
      await authorize(actor, 'member.sign-out');
      const { orgId, via } = actor;
      const { items, nextCursor } = await sessions.inOrganisation(orgId, { personId, ...page });
      const names = await memberships.namesOf(orgId, [...new Set(items.map(({ signedIn }) => signedIn.personId))]);
      const here = via.kind === 'session' ? via.sessionId : null;
      const named = items.map((session) => {
        const { personId: id } = session.signedIn;
        return { ...toSession(session, here), person: { id, name: names.get(id) ?? '' } };
      });
      return { items: named, nextCursor };
    },

    /** @throws Fault `resource.missing` where none of that name works here. */
    async endSession(actor: Actor, { session: only }: { session: string }): Promise<{ ended: number }> {
      await authorize(actor, 'member.sign-out');
      const noted = { by: actor, action: 'member.sign-out', record: { id: only } } as const;
      const ended = await sessions.endMatching({ orgId: actor.orgId, only }, noted);
      if (ended === 0) throw new Fault('resource.missing');
      return { ended };
    },

    /** Ends the sessions of a member that work here; what they have open elsewhere is not this organisation's. */
    async endSessions(actor: Actor, { id }: ById): Promise<{ ended: number }> {
      const { orgId } = actor;
      const { name } = await authorize(actor, 'member.sign-out', find(id));
      const noted = { by: actor, action: 'member.sign-out', record: { id, name } } as const;
      return { ended: await sessions.endMatching({ personId: id, orgId }, noted) };
    },

    /** @throws Fault `edit.conflict` where they have another role than `was`; `state.conflict` for the last administrator. */
    async setRole(actor: Actor, { id, was, role }: ById & { was: Role; role: Role }): Promise<Member> {
      const before = await authorize(actor, 'member.manage', find(id));
      return decide(actor, {
        as: 'member.edit',
        before,
        change: () => memberships.setRole(actor.orgId, id, { was, role }),
      });
    },

    /** @throws Fault `state.conflict` for oneself, and for the last administrator. */
    async disable(actor: Actor, { id }: ById): Promise<Member> {
      const before = await authorize(actor, 'member.manage', find(id));
      if (id === actor.personId) throw new Fault('state.conflict', { detail: 'You cannot disable yourself.' });
      if (before.disabledAt) return toMember(before);
      const change = () => memberships.setDisabled(actor.orgId, id, clock());
      const member = await decide(actor, { as: 'member.disable', before, change });
      // Not only kept out: what was open must not open again when they are enabled.
      const noted = { by: actor, action: 'member.sign-out', record: { id, name: before.name } } as const;
      await sessions.endMatching({ personId: id, orgId: actor.orgId }, noted);
      return member;
    },

    async enable(actor: Actor, { id }: ById): Promise<Member> {
      const before = await authorize(actor, 'member.manage', find(id));
      if (!before.disabledAt) return toMember(before);
      return decide(actor, {
        as: 'member.enable',
        before,
        change: () => memberships.setDisabled(actor.orgId, id, null),
      });
    },
  };
}

const nobodyLeft = (): Fault =>
  new Fault('state.conflict', { detail: 'They are the last administrator here. Make somebody else one first.' });

const toMember = ({
  personId: id,
  name,
  email,
  role,
  claimedRole,
  source,
  disabledAt,
  lastSeenAt,
}: MembershipRecord): Member => ({
  id,
  name,
  email,
  role,
  claimedRole,
  source,
  disabledAt: disabledAt?.toISOString() ?? null,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
});
