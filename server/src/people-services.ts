import type { Connection } from 'mongoose';
import type { DomainEvents } from './domain-events.ts';
import {
  accountService,
  breachedPasswords,
  invitationService,
  mongoAccounts,
  mongoInvitations,
} from './features/accounts/index.ts';
import {
  accessTokens,
  apiSessionService,
  mongoRefreshTokens,
  mongoSigningKeys,
  signingKeys as createSigningKeys,
} from './features/api-sessions/index.ts';
import type { Trail } from './features/audit/index.ts';
import { createIdentity, mongoIdentity, type IdentityStore } from './features/identity/index.ts';
import { mongoProjects } from './features/projects/index.ts';
import {
  entrance as createEntrance,
  hasFactor,
  mongoSecondFactors,
  passkeyProofs,
  secondFactorService,
  secondStepService,
  showingPasskeys,
  telling,
} from './features/second-factor/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { SendMail } from './platform/mail.ts';
import type { KeyRing } from './platform/keys/key-ring.ts';
import { sealing as createSealing } from './platform/sealing.ts';

export type PeopleDeps = {
  connection: Connection;
  /** What identity keeps; that of the connection unless told otherwise. */
  store?: IdentityStore;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  log: Log;
  /** Null where no mail can be sent. */
  mail: SendMail | null;
  breachedPasswordsUrl: string | undefined;
  publicUrl: string;
  sessionSecret: string;
  masterKeys: KeyRing;
};
export type PeopleServices = ReturnType<typeof createPeopleServices>;

/** Wires what knows who people are and how they come in. */
export function createPeopleServices({
  connection,
  store = mongoIdentity(connection),
  sessionSecret,
  masterKeys,
  breachedPasswordsUrl,
  ...doors
}: PeopleDeps) {
  const { trail, events, clock, log, publicUrl } = doors;
  const shared = { trail, events, clock };
  const sealing = createSealing(masterKeys);
  const signingKeys = createSigningKeys({ repo: mongoSigningKeys(connection), sealing, clock });
  const tokens = accessTokens({ keys: signingKeys, publicUrl, clock });
  const factorRows = mongoSecondFactors(connection);
  const identity = createIdentity({
    ...shared,
    store,
    hasSecondFactor: async (personId) => hasFactor(await factorRows.of(personId)),
    hiddenFrom: mongoProjects(connection).hiddenFrom,
    publicUrl,
    sessionSecret,
    sessionOfToken: tokens.sessionOf,
  });
  const accountRows = mongoAccounts(connection);
  const tell = telling({ ...doors, identity });
  const factors = { repo: factorRows, identity, sealing, tell, ...shared };
  const passwordSince = async (personId: string) => (await accountRows.ofPerson(personId))?.changedAt ?? null;
  const entrance = createEntrance({ ...factors, passwordSince });
  const known = { ...doors, identity, entrance, accounts: accountRows };
  const accounts = accountService({ ...known, isBreached: breachedPasswords(breachedPasswordsUrl, log) });
  const proofs = passkeyProofs({ ...factors, publicUrl });
  const shownPasskey = showingPasskeys({ ...factors, proofs, entrance });
  const showing = { ...factors, entrance, accounts, proofs, shownPasskey };
  return {
    identity,
    entrance,
    accounts,
    invitations: invitationService({ ...known, passwords: accounts, invitations: mongoInvitations(connection) }),
    secondFactors: secondFactorService(showing),
    secondSteps: secondStepService(showing),
    apiSessions: apiSessionService({
      ...shared,
      identity,
      entrance,
      repo: mongoRefreshTokens(connection),
      tokens,
      accounts,
    }),
    signingKeys,
  };
}
