import type { MembershipRecord } from './membership.repo.ts';

/** The restricted projects of an organisation that somebody is not among the people of. */
export type HiddenFrom = (orgId: string, personId: string) => Promise<ReadonlySet<string>>;

/** A membership, and what whoever has it does not see. */
export type Seat = { membership: MembershipRecord; hidden: ReadonlySet<string> };
type Who = { orgId: string; personId: string };
export type TakeSeat = (who: Who, asked: Promise<MembershipRecord | null>) => Promise<Seat | null>;

/**
 * THE place where whoever acts gets what they do not see. The membership and the projects are asked for at once; nothing is
 * hidden from an administrator. Null where there is no membership.
 */
export function seating(hiddenFrom: HiddenFrom): TakeSeat {
  return async ({ orgId, personId }, asked) => {
    const [membership, hidden] = await Promise.all([asked, hiddenFrom(orgId, personId)]);
    if (!membership) return null;
    if (membership.role === 'admin') return { membership, hidden: nothing };
    // Somebody who lost the organisation they worked in finds themselves in another.
    if (membership.orgId === orgId) return { membership, hidden };
    return { membership, hidden: await hiddenFrom(membership.orgId, personId) };
  };
}

const nothing: ReadonlySet<string> = new Set();
