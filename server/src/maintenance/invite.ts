import type { Role } from '@cobench/shared/access/roles';
import type { Connection } from 'mongoose';
import {
  accountService,
  breachedPasswords,
  invitationService,
  mongoAccounts,
  mongoInvitations,
} from '../features/accounts/index.ts';
import { auditTrail, mongoAudit, type Checkpoints } from '../features/audit/index.ts';
import { createIdentity, mongoIdentity } from '../features/identity/index.ts';
import type { DomainEvent } from '../domain-events.ts';
import { systemClock } from '../platform/clock.ts';
import { eventBus } from '../platform/event-bus.ts';
import type { Log } from '../platform/log.ts';
import { createIndexes } from '../platform/mongo/connect.ts';

type Parts = { connection: Connection; publicUrl: string; checkpoints: Checkpoints; log: Log; by: string };
type Invited = { organisation: string; email: string; role: Role };

/** Invites somebody into an organisation, which is made where it is new: how the first administrator comes in. Answers the link. */
export async function invite(
  { connection, publicUrl, checkpoints, log, by }: Parts,
  { organisation, email, role }: Invited,
): Promise<string> {
  const trail = auditTrail({ repo: mongoAudit(connection), clock: systemClock, log, onGrown: checkpoints.grown });
  const shared = { trail, clock: systemClock, events: eventBus<DomainEvent>(), publicUrl };
  const identity = createIdentity({ ...shared, store: mongoIdentity(connection), sessionSecret: '' });
  const accounts = mongoAccounts(connection);
  const parts = { ...shared, accounts, identity, mail: null, log };
  const passwords = accountService({ ...parts, isBreached: breachedPasswords(undefined, log) });
  const invitations = invitationService({ ...parts, passwords, invitations: mongoInvitations(connection) });
  await createIndexes(connection);
  const { id: orgId } = await identity.ensureOrganisation({ slug: organisation });
  const { link } = await invitations.make({ orgId, outside: 'operator', name: by }, { email, role });
  return link;
}
