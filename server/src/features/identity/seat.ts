import type { MembershipRecord } from './membership.repo.ts';

/** The restricted projects of an organisation that each of these people is not among the people of. */
export type HiddenFrom = (
  orgId: string,
  personIds: readonly string[],
) => Promise<(personId: string) => ReadonlySet<string>>;

/** A membership, and what whoever has it does not see. */
export type Seat = { membership: MembershipRecord; hidden: ReadonlySet<string> };
type Who = { orgId: string; personId: string };
export type TakeSeat = (who: Who, asked: Promise<MembershipRecord | null>) => Promise<Seat | null>;

/** The seats of those among some people of an organisation who have one, by person. */
export type TakeSeats = (
  orgId: string,
  personIds: readonly string[],
  asked: Promise<readonly MembershipRecord[]>,
) => Promise<ReadonlyMap<string, Seat>>;

/**
 * THE place where whoever acts gets what they do not see. The memberships and the projects are asked for at once; nothing is
 * hidden from an administrator. Null where there is no membership.
 */
export function seating(hiddenFrom: HiddenFrom): { takeSeat: TakeSeat; takeSeats: TakeSeats } {
  return {
    async takeSeat({ orgId, personId }, asked) {
      const [membership, hiddenHere] = await Promise.all([asked, hiddenFrom(orgId, [personId])]);
      if (!membership) return null;
      // Somebody who lost the organisation they worked in finds themselves in another.
      const isHere = membership.orgId === orgId;
      return seatOf(membership, isHere ? hiddenHere : await hiddenFrom(membership.orgId, [personId]));
    },

    async takeSeats(orgId, personIds, asked) {
      const [memberships, hidden] = await Promise.all([asked, hiddenFrom(orgId, personIds)]);
      return new Map(memberships.map((membership) => [membership.personId, seatOf(membership, hidden)]));
    },
  };
}

function seatOf(membership: MembershipRecord, hidden: (personId: string) => ReadonlySet<string>): Seat {
  return { membership, hidden: membership.role === 'admin' ? nothing : hidden(membership.personId) };
}

const nothing: ReadonlySet<string> = new Set();
