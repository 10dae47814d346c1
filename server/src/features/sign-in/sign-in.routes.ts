import { signInEndpoints, signInPaths, type SignedOut } from '@cobench/shared/identity/sign-in';
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { bind } from '../../platform/http/bind.ts';
import { rateLimit } from '../../platform/http/rate-limit.ts';
import { sameOrigin } from '../../platform/http/same-origin.ts';
import type { Log } from '../../platform/log.ts';
import { installationChain, type Trail } from '../audit/index.ts';
import { SignInFailure } from './failure.ts';
import { ownPath } from './return-to.ts';
import type { SignInService } from './sign-in.service.ts';

type Options = {
  publicUrl: string;
  log: Log;
  trail: Pick<Trail, 'refused'>;
  /** How many sign-ins one address may start (and finish) in a minute. */
  signInsPerMinute: number;
};

/** Who signs in is nobody yet, and of no organisation. */
const nobody = { orgId: installationChain, outside: 'visitor', name: '' } as const;

const ProviderId = z.string().max(40);
const LogoutForm = z.object({ logout_token: z.string().min(1) });
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

export function signInRoutes(service: SignInService, { publicUrl, log, trail, signInsPerMinute }: Options): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const limited = () => rateLimit({ limit: signInsPerMinute, windowMs: 60_000, answer: tooMany });

  /** Sends a failed sign-in back to the sign-in page, which has the words for it. */
  function failed(req: Request, res: Response, error: unknown): void {
    const problem = error instanceof SignInFailure ? error.problem : 'failed';
    if (error instanceof SignInFailure) log.warn({ err: error, requestId: req.id, problem }, 'sign-in failed');
    else log.error({ err: error, requestId: req.id }, 'sign-in broke');
    const reason = error instanceof SignInFailure ? `${problem}: ${error.message}` : problem;
    trail.refused(nobody, { action: 'session.begin', recordId: '', reason });
    if (!res.headersSent) res.redirect(303, `/sign-in?problem=${problem}`);
  }

  router.use('/auth', (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });

  router.get(signInPaths.signIn, limited(), async (req, res) => {
    const home = ownAddress(req, publicUrl);
    const returnTo = ownPath(req.query['returnTo']);
    const again = req.query['again'] !== undefined;
    const named = ProviderId.safeParse(req.query['provider']).data;
    const provider = again ? (named ?? service.providerOf(req)) : named;
    if (home !== null) {
      const query = new URLSearchParams({ returnTo, ...(provider !== undefined && { provider }) });
      res.redirect(303, `${home}${signInPaths.signIn}?${query.toString()}`);
      return;
    }
    if (service.mustChoose(provider)) {
      res.redirect(303, `/sign-in?${new URLSearchParams({ returnTo }).toString()}`);
      return;
    }
    await service.begin(req, res, { returnTo, again, provider }).catch((error: unknown) => failed(req, res, error));
  });

  router.get([signInPaths.callback, `${signInPaths.callback}/:provider`], limited(), async (req, res) => {
    try {
      const returnTo = await service.finish(req, res, ProviderId.safeParse(req.params['provider']).data);
      // Absolute, so that no path can be read as another site's address.
      res.redirect(303, publicUrl + returnTo);
    } catch (error) {
      failed(req, res, error);
    }
  });

  router.post(signInPaths.signOut, sameOrigin(publicUrl), async (req, res) => {
    const answer: SignedOut = { redirect: await service.signOut(req) };
    res.json(answer);
  });

  bind(router, signInEndpoints.providers, service.providers);

  const form = express.urlencoded({ extended: false, limit: '32kb' });
  router.post(signInPaths.backchannelLogout, form, async (req, res) => {
    try {
      const { logout_token: token } = LogoutForm.parse(req.body);
      await service.signedOutAtProvider(token);
      res.status(200).end();
    } catch (error) {
      log.warn({ err: error, requestId: req.id }, 'back-channel logout refused');
      res.status(400).json({ error: 'invalid_request' });
    }
  });

  return router;
}

/**
 * Our own address where somebody came by another name of this machine: the provider sends them back to ours, and the
 * cookie must be there by then.
 */
function ownAddress(req: Request, publicUrl: string): string | null {
  const { host, hostname } = new URL(publicUrl);
  const came = URL.parse(`http://${req.headers.host ?? ''}`);
  if (!came || came.host === host || !loopback.has(came.hostname) || !loopback.has(hostname)) return null;
  return came.port === new URL(publicUrl).port ? publicUrl : null;
}

/** 429 for programs; browsers go on to the sign-in page. */
function tooMany(_req: Request, res: Response): void {
  const page = '/sign-in?problem=rate-limited';
  res.set('Refresh', `0; url=${page}`).type('html');
  res.send(`<!doctype html><title>Too many attempts</title><p>Too many attempts. <a href="${page}">Go on</a></p>`);
}
