import type { Router } from 'express';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Trail } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Entrance } from '../second-factor/index.ts';
import { pendingSignIns } from './pending-sign-ins.ts';
import { discovery, type ProviderSettings } from './provider.ts';
import type { SignInRepo } from './sign-in.repo.ts';
import { signInRoutes } from './sign-in.routes.ts';
import { signInService } from './sign-in.service.ts';

type Deps = {
  repo: SignInRepo;
  identity: Identity;
  entrance: Entrance;
  /** None where people sign in with accounts of this installation only. */
  providers: readonly ProviderSettings[];
  publicUrl: string;
  clock: Clock;
  log: Log;
  trail: Pick<Trail, 'refused'>;
  signInsPerMinute?: number;
};

/**
 * Sign-in with OpenID providers. Its routes stand behind `identity.identify` and before anything that reads bodies.
 * A provider is not asked for anything before somebody signs in with it.
 */
export function createSignIn(deps: Deps): Router {
  const { repo, identity, entrance, providers: settings, publicUrl, clock, log, trail, signInsPerMinute = 60 } = deps;
  const pending = pendingSignIns({ repo, clock, secure: publicUrl.startsWith('https:') });
  const providers = settings.map((one) => ({ ...one, ask: discovery(one, clock) }));
  const service = signInService({ providers, pending, repo, entrance, identity, publicUrl, clock });
  return signInRoutes(service, { publicUrl, log, trail, signInsPerMinute });
}
