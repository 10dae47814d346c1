import type { Role } from '@cobench/shared/access/roles';
import type { Member } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';

/** A person in an organisation. Name and e-mail are copies, so that one read tells who acts and with which role. */
export type MembershipRecord = {
  orgId: string;
  personId: string;
  role: Role;
  name: string;
  email: string;
  lastSeenAt: Date | null;
};

export type MemberQuery = { limit: number; cursor?: string | undefined; q?: string | undefined };

export type MembershipRepo = {
  /** All organisations of a person, in a fixed order. */
  ofPerson(personId: string): Promise<MembershipRecord[]>;
  find(orgId: string, personId: string): Promise<MembershipRecord | null>;
  /** What the members among these people are called. */
  namesOf(orgId: string, personIds: readonly string[]): Promise<Map<string, string>>;
  /** By name; `q` is part of a name or an address. */
  list(orgId: string, query: MemberQuery): Promise<Page<Member>>;
  /** Makes it or brings it up to date; answers the role before, null where there was none. */
  save(membership: Omit<MembershipRecord, 'lastSeenAt'>): Promise<Role | null>;
  /** Ends the memberships in all other organisations; answers which those were. */
  keepOnly(personId: string, orgIds: readonly string[]): Promise<string[]>;
  seen(orgId: string, personId: string, at: Date): Promise<void>;
};
