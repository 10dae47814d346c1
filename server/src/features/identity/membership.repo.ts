import type { Role } from '@cobench/shared/access/roles';
import type { Page } from '@cobench/shared/page';

/** A person in an organisation. Name and e-mail are copies, so that one read tells who acts and with which role. */
export type MembershipRecord = {
  orgId: string;
  personId: string;
  role: Role;
  /** The role their provider named last; one that an administrator gave holds until the provider names another. */
  claimedRole: Role;
  /** Who gave them their place; what the provider gave the provider takes away. */
  source: 'provider' | 'invitation';
  /** Since when they may not work here, though they have a place. */
  disabledAt: Date | null;
  name: string;
  email: string;
  lastSeenAt: Date | null;
};

export type MemberQuery = { limit: number; cursor?: string | undefined; q?: string | undefined };

/** A membership that is disabled is none, for all who do not ask for it by name. */
export type MembershipRepo = {
  /** All organisations in which a person may work, in a fixed order. */
  ofPerson(personId: string): Promise<MembershipRecord[]>;
  /** Those and the ones in which they are disabled. */
  everyOfPerson(personId: string): Promise<MembershipRecord[]>;
  /** The people with an address, in any organisation. */
  idsWithEmail(email: string): Promise<string[]>;
  find(orgId: string, personId: string): Promise<MembershipRecord | null>;
  /** Those of these people. */
  findAll(orgId: string, personIds: readonly string[]): Promise<MembershipRecord[]>;
  /** Also where it is disabled. */
  findAny(orgId: string, personId: string): Promise<MembershipRecord | null>;
  /** What the members among these people are called. */
  namesOf(orgId: string, personIds: readonly string[]): Promise<Map<string, string>>;
  /** By name; `q` is part of a name or an address. */
  list(orgId: string, query: MemberQuery): Promise<Page<MembershipRecord>>;
  /** Makes it or brings it up to date. */
  save(membership: Omit<MembershipRecord, 'lastSeenAt' | 'disabledAt'>): Promise<MembershipRecord>;
  /** Null where they have another role than `was` by now. */
  setRole(orgId: string, personId: string, change: { was: Role; role: Role }): Promise<MembershipRecord | null>;
  /** Disables it, or enables it again (null). Null where it is so already. */
  setDisabled(orgId: string, personId: string, at: Date | null): Promise<MembershipRecord | null>;
  /** Null where there is none (any more). */
  end(orgId: string, personId: string): Promise<MembershipRecord | null>;
  /** Those who may work here in a role. */
  inRole(orgId: string, role: Role): Promise<MembershipRecord[]>;
  /** How many people with a role may work here. */
  count(orgId: string, role: Role): Promise<number>;
  seen(orgId: string, personId: string, at: Date): Promise<void>;
};

/** What the audit trail tells of a membership. */
export const told = ({ personId: id, name, role, disabledAt }: MembershipRecord) => ({ id, name, role, disabledAt });
