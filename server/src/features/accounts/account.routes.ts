import { accountEndpoints, Email } from '@cobench/shared/identity/accounts';
import { apiSessionEndpoints } from '@cobench/shared/identity/api-session';
import { Router, type Request } from 'express';
import type { z } from 'zod';
import { bind, bindPublic } from '../../platform/http/bind.ts';
import { addressOf, guesses, rateLimit, tooMany } from '../../platform/http/rate-limit.ts';
import type { AccountService } from './account.service.ts';
import type { InvitationService } from './invitation.service.ts';

const hour = 60 * 60_000;

/** How often one address, and one account, may fail in a quarter of an hour. */
export type GuessLimits = { perAddress: number; perAccount: number };

export type SignInMethods = z.infer<typeof accountEndpoints.methods.output>;

type Options = {
  accounts: AccountService;
  invitations: InvitationService;
  methods: SignInMethods;
  limits: GuessLimits;
};

export function accountRoutes(options: Options): Router {
  const { accounts, invitations, methods, limits } = options;
  const router = Router();
  const { signIn, openInvitation, register, join, forgot, reset, changePassword } = accountEndpoints;

  const withPassword = [signIn.path, apiSessionEndpoints.begin.path];
  router.post(withPassword, guesses(limits.perAddress, addressOf), guesses(limits.perAccount, accountOf));
  router.post([openInvitation.path, register.path, join.path, reset.path], guesses(limits.perAddress, addressOf));
  router.post(changePassword.path, guesses(limits.perAccount, personOf));
  // Mails are counted whether there is an account or not.
  router.post(
    forgot.path,
    rateLimit({ limit: limits.perAddress, windowMs: hour, answer: tooMany }),
    rateLimit({ limit: limits.perAccount, windowMs: hour, keyOf: accountOf, answer: tooMany }),
  );

  bindPublic(router, accountEndpoints.methods, async () => methods);
  bindPublic(router, signIn, async (req, input) => ({ step: await accounts.signIn(req, input) }));
  bindPublic(router, openInvitation, (_req, { token }) => invitations.opened(token));
  bindPublic(router, register, async (req, input) => ({ step: await invitations.register(req, input) }));
  bindPublic(router, forgot, async (_req, { email }) => {
    accounts.forgot(email);
    return {};
  });
  bindPublic(router, reset, async (_req, input) => done(accounts.reset(input)));
  bind(router, join, invitations.join);
  bind(router, accountEndpoints.mine, accounts.mine);
  bind(router, changePassword, accounts.changePassword);
  bind(router, accountEndpoints.invitations, invitations.list);
  bind(router, accountEndpoints.invite, (actor, input) => invitations.invite(actor, input));
  bind(router, accountEndpoints.revokeInvitation, invitations.revoke);
  return router;
}

async function done(work: Promise<void>): Promise<Record<string, never>> {
  await work;
  return {};
}

/** The bucket of an account: its address however it is written, and one for all that is no address. */
const accountOf = (req: Request): string => {
  const body: unknown = req.body;
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : undefined;
  return `account ${Email.safeParse(email).data ?? ''}`;
};

const personOf = (req: Request): string => `person ${req.actor?.personId ?? addressOf(req)}`;
