import type { Role } from '@cobench/shared/access/roles';
import type { Page } from '@cobench/shared/page';

/** How somebody signs in here. `email` is in lower case, and of one account only. */
export type Account = { personId: string; email: string; passwordHash: string; changedAt: Date };

/** Accounts belong to people, not to organisations. */
export type AccountRepo = {
  ofEmail(email: string): Promise<Account | null>;
  ofPerson(personId: string): Promise<Account | null>;
  /** @throws Fault `state.conflict` where the address has an account. */
  insert(account: Account): Promise<Account>;
  /** Null where the hash is not `was` any more: somebody else changed it meanwhile. */
  setPassword(personId: string, change: { was: string; hash: string; at: Date }): Promise<Account | null>;
  /** Keeps what a mailed link may be used for; earlier ones of the person are over. */
  keepReset(reset: { hash: string; personId: string; expiresAt: Date }): Promise<void>;
  /** Uses it up. Null where there is none that is still good. */
  takeReset(hash: string, now: Date): Promise<{ personId: string } | null>;
};

/** An invitation that is open: nobody took it up or back, and its time is not over. */
export type InvitationRecord = {
  id: string;
  orgId: string;
  email: string;
  role: Role;
  invitedBy: string;
  /** The administrator; empty for whoever runs the installation. The invitation is good while they may invite. */
  invitedById: string;
  createdAt: string;
  expiresAt: string;
};

export type InvitationRepo = {
  list(
    orgId: string,
    query: { now: Date; limit: number; cursor?: string | undefined },
  ): Promise<Page<InvitationRecord>>;
  find(orgId: string, id: string, now: Date): Promise<InvitationRecord | null>;
  /** The token says the organisation, so this looks in all of them. */
  findByHash(hash: string, now: Date): Promise<InvitationRecord | null>;
  insert(invitation: InvitationRecord & { hash: string }): Promise<InvitationRecord>;
  /** Closes it: taken up or taken back. Null where it is not open (any more). */
  close(orgId: string, id: string, now: Date): Promise<InvitationRecord | null>;
};
