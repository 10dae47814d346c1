import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { Router, type Request } from 'express';
import { bind, bindPublic, bindSettingUp } from '../../platform/http/bind.ts';
import { addressOf, guesses, quarterMs, rateLimit, tooMany } from '../../platform/http/rate-limit.ts';
import type { Entrance } from './entrance.ts';
import type { SecondFactorService } from './second-factor.service.ts';
import type { SecondStepService } from './second-step.service.ts';

type Options = {
  steps: SecondStepService;
  factors: SecondFactorService;
  entrance: Pick<Entrance, 'finish'>;
  /** How often one person may fail in a quarter of an hour, and one address. */
  limits: { perAddress: number; perAccount: number };
};

/** How many passkeys one address may be asked for in a quarter of an hour; each question is kept for five minutes. */
const askedPerQuarter = 600;

export function secondFactorRoutes({ steps, factors, entrance, limits }: Options): Router {
  const router = Router();
  const { waiting, showCode, askPasskey, showPasskey, mine, confirm } = secondFactorEndpoints;
  const { newAuthenticator, addAuthenticator, removeAuthenticator } = secondFactorEndpoints;
  const { newPasskey, addPasskey, removePasskey, newRecoveryCodes, reset } = secondFactorEndpoints;

  router.post([showCode.path, showPasskey.path, confirm.path], guesses(limits.perAddress, addressOf));
  router.post(confirm.path, guesses(limits.perAccount, personOf));
  router.post(askPasskey.path, rateLimit({ limit: askedPerQuarter, windowMs: quarterMs, answer: tooMany }));

  bindPublic(router, waiting, (req) => steps.waiting(req));
  bindPublic(router, showCode, async (req, { code }) => {
    await steps.showCode(req, code);
    return {};
  });
  bindPublic(router, askPasskey, (req) => steps.askPasskey(req));
  bindPublic(router, showPasskey, async (req, { passkey }) => {
    await steps.showPasskey(req, passkey);
    return {};
  });
  bind(router, confirm, factors.confirm);
  bind(router, removeAuthenticator, factors.removeAuthenticator);
  bind(router, removePasskey, factors.removePasskey);
  bind(router, newRecoveryCodes, factors.newRecoveryCodes);
  bind(router, reset, (actor, input) => factors.reset(actor, input));

  bindSettingUp(router, mine, factors.mine);
  bindSettingUp(router, newAuthenticator, factors.newAuthenticator);
  bindSettingUp(router, newPasskey, factors.newPasskey);
  bindSettingUp(router, addAuthenticator, (actor, input, req) => goingOn(req, factors.addAuthenticator(actor, input)));
  bindSettingUp(router, addPasskey, (actor, input, req) => goingOn(req, factors.addPasskey(actor, input)));
  return router;

  /** Who had to set a factor up is signed in with it. */
  async function goingOn<T>(req: Request, added: Promise<T>): Promise<T> {
    const answer = await added;
    if (req.settingUp) {
      await entrance.finish(req);
      await factors.endWeaker(req.settingUp);
    }
    return answer;
  }
}

const personOf = (req: Request): string => `confirm ${req.actor?.personId ?? addressOf(req)}`;
