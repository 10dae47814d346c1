import type { SignInStep } from '@cobench/shared/identity/second-factor';
import { localRealm } from '@cobench/shared/identity/sign-in';
import type { Request } from 'express';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import { installationChain, type Doer, type Trail } from '../audit/index.ts';
import type { Arrival, Identity } from '../identity/index.ts';
import type { Entrance } from '../second-factor/index.ts';
import type { Account, AccountRepo } from './account.repo.ts';
import type { IsBreached } from './breached.ts';
import { changedMail, resetMail } from './letters.ts';
import { mailedToken } from './mailed-token.ts';
import { hashPassword, isPassword } from './password.ts';

const resetMs = 3_600_000;

type Deps = {
  accounts: AccountRepo;
  identity: Pick<Identity, 'membershipsOf' | 'placesOf' | 'sessions'>;
  entrance: Pick<Entrance, 'admit' | 'requireShown'>;
  trail: Trail;
  mail: SendMail | null;
  isBreached: IsBreached;
  publicUrl: string;
  clock: Clock;
  log: Log;
};
/** An attempt to come in: the name that was given, from where, and why it was refused. */
type Visit = { name: string; address: string; why: string };
type Proven = Omit<Arrival, 'secondFactor'>;
export type AccountService = ReturnType<typeof accountService>;

/** People who sign in here with e-mail and password. */
export function accountService({ accounts, identity, entrance, trail, mail, isBreached, publicUrl, clock, log }: Deps) {
  /** What nobody waits for: neither the answer nor its time says whether there was anything to do. */
  function aside(work: () => Promise<unknown>, what: string): void {
    work().catch((err: unknown) => log.error({ err }, what));
  }

  /** Whoever typed the address is not known to be its owner: the trail says from where it came. */
  async function noteRefusal(account: Account | null, { name, address, why }: Visit): Promise<void> {
    const places = account ? await identity.placesOf(account.personId) : [];
    const orgIds = places.length > 0 ? places.map(({ orgId }) => orgId) : [installationChain];
    const refusal = {
      action: 'session.begin',
      recordId: account?.personId ?? '',
      reason: `${why} From ${address}.`,
    } as const;
    for (const orgId of orgIds) trail.refused({ orgId, outside: 'visitor', name }, refusal);
  }

  function noteWrong(actor: Actor): void {
    const reason = 'The password is wrong.';
    trail.refused(actor, { action: 'account.password', recordId: actor.personId, reason });
  }

  async function mailReset(email: string): Promise<void> {
    const account = await accounts.ofEmail(email);
    if (!account || !mail) return;
    const { token, hash } = mailedToken();
    const expiresAt = new Date(clock().getTime() + resetMs);
    await accounts.keepReset({ hash, personId: account.personId, expiresAt });
    await mail(resetMail({ to: email, link: `${publicUrl}/sign-in/reset#${token}` }));
  }

  /** The owner of an account, in person though without a session, where they may work. */
  async function ownerOf({ personId, email }: Account): Promise<Doer> {
    const [membership] = await identity.membershipsOf(personId);
    return membership ? inPerson(membership) : { orgId: installationChain, outside: 'visitor', name: email };
  }

  async function setPassword(account: Account, password: string): Promise<void> {
    const { personId, email, passwordHash: was } = account;
    const hash = await hashPassword(password);
    const changed = await trail.record(await ownerOf(account), 'account.password', {
      change: () => accounts.setPassword(personId, { was, hash, at: clock() }),
      told: () => ({ id: personId, name: email }),
    });
    if (!changed) throw new Fault('edit.conflict');
    if (mail) aside(() => mail(changedMail({ to: email })), 'a changed password could not be told by mail');
  }

  async function requireUnknown(password: string): Promise<void> {
    if (await isBreached(password)) {
      throw invalidField('password', 'This password is known from a breach. Choose another one.');
    }
  }

  return {
    requireUnknown,

    /**
     * Whose these credentials are, and where they may work.
     * @throws Fault `credentials.wrong`, alike for wrong passwords and unknown addresses; `access.denied` without a membership.
     */
    async prove({ email, password }: { email: string; password: string }, address: string): Promise<Proven> {
      const account = await accounts.ofEmail(email);
      const right = await isPassword(password, account?.passwordHash ?? null);
      const refuse = (why: string): void =>
        aside(() => noteRefusal(account, { name: email, address, why }), 'a refused sign-in could not be noted');
      if (!account || !right) {
        refuse('The password is wrong.');
        throw new Fault('credentials.wrong');
      }
      const { personId, changedAt: passwordSince } = account;
      const [membership] = await identity.membershipsOf(personId);
      if (!membership) {
        refuse('The person is disabled.');
        throw new Fault('access.denied', { detail: 'You are not a member of any organisation here.' });
      }
      return { personId, orgId: membership.orgId, realm: localRealm, passwordSince, confirmedAt: clock() };
    },

    /** @throws as `prove` does. */
    async signIn(req: Request, credentials: { email: string; password: string }): Promise<SignInStep> {
      const proven = await this.prove(credentials, req.ip ?? '');
      return entrance.admit(req, { ...proven, secondFactor: false });
    },

    /** Mails a link where there is an account. Who asks is not told, by answer or time. */
    forgot(email: string): void {
      aside(() => mailReset(email), 'a link to choose a password could not be mailed');
    },

    /** @throws Fault `input.invalid` where the link is not good (any more), or the password is known from a breach. */
    async reset({ token, password }: { token: string; password: string }): Promise<void> {
      await requireUnknown(password);
      const reset = await accounts.takeReset(hashOfSecret(token), clock());
      const account = reset && (await accounts.ofPerson(reset.personId));
      if (!account) throw invalidField('token', 'This link was used already or is too old. Ask for another one.');
      await setPassword(account, password);
      const noted = { by: await ownerOf(account), action: 'session.end' } as const;
      await identity.sessions.endMatching({ personId: account.personId }, noted);
    },

    /** Whether this is the password of who asks; no for people without one. The trail notes a wrong one. */
    async isPasswordOf(actor: Actor, password: string): Promise<boolean> {
      const account = await accounts.ofPerson(actor.personId);
      const right = account !== null && (await isPassword(password, account.passwordHash));
      if (!right) noteWrong(actor);
      return right;
    },

    /** Whose account this is; null where there is none. */
    idOf: async (email: string): Promise<string | null> => (await accounts.ofEmail(email))?.personId ?? null,

    async mine({ personId }: Pick<Actor, 'personId'>): Promise<{ email: string | null }> {
      return { email: (await accounts.ofPerson(personId))?.email ?? null };
    },

    /**
     * @throws Fault `input.invalid` where `current` is wrong; `resource.missing` for people of a provider;
     * `confirmation.required` for who has a second factor and did not show it lately.
     */
    async changePassword(
      actor: Actor,
      { current, password }: { current: string; password: string },
    ): Promise<Record<string, never>> {
      const account = await accounts.ofPerson(actor.personId);
      if (!account || actor.via.kind !== 'session') throw new Fault('resource.missing');
      await entrance.requireShown(actor);
      if (!(await isPassword(current, account.passwordHash))) {
        noteWrong(actor);
        throw invalidField('current', 'This is not your password.');
      }
      await requireUnknown(password);
      await setPassword(account, password);
      const others = { personId: actor.personId, except: actor.via.sessionId };
      await identity.sessions.endMatching(others, { by: actor, action: 'session.end' });
      return {};
    },
  };
}

/** Somebody who has no session yet, or not any more. */
const inPerson = ({ orgId, personId, name }: { orgId: string; personId: string; name: string }) =>
  ({ orgId, personId, name, via: { kind: 'session', sessionId: '' } }) as const;
