import { signInPaths } from '@cobench/shared/identity/sign-in';
import type { Router } from 'express';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Trail } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import { SignInFailure } from './failure.ts';
import { pendingSignIns } from './pending-sign-ins.ts';
import { discovery, type ProviderSettings } from './provider.ts';
import type { SignInRepo } from './sign-in.repo.ts';
import { signInRoutes } from './sign-in.routes.ts';
import { signInService } from './sign-in.service.ts';

type Deps = {
  repo: SignInRepo;
  identity: Identity;
  /** Null where people sign in with accounts of this installation only. */
  provider: ProviderSettings | null;
  publicUrl: string;
  clock: Clock;
  log: Log;
  trail: Pick<Trail, 'refused'>;
  signInsPerMinute?: number;
};

/**
 * Sign-in with an OpenID provider. Its routes stand behind `identity.identify` and before anything that reads bodies.
 * The provider is not asked for anything before somebody signs in.
 */
export function createSignIn(deps: Deps): Router {
  const { repo, identity, provider, publicUrl, clock, log, trail, signInsPerMinute = 60 } = deps;
  const pending = pendingSignIns({ repo, clock, secure: publicUrl.startsWith('https:') });
  const redirectUri = publicUrl + signInPaths.callback;
  const ask = provider ? discovery(provider, clock) : noProvider;
  const service = signInService({ provider: ask, pending, repo, identity, publicUrl, redirectUri, clock });
  return signInRoutes(service, { publicUrl, log, trail, signInsPerMinute });
}

const noProvider = (): Promise<never> => Promise.reject(new SignInFailure('failed', 'No provider is configured.'));
