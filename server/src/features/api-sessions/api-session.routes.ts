import { apiSessionEndpoints, jwksPath } from '@cobench/shared/identity/api-session';
import { Router } from 'express';
import { Fault } from '../../platform/fault.ts';
import { bindPublic } from '../../platform/http/bind.ts';
import { noGuess, quarterMs, rateLimit, tooMany } from '../../platform/http/rate-limit.ts';
import { deviceOf } from '../identity/index.ts';
import type { ApiSessionService } from './api-session.service.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What one address may renew in a quarter of an hour: hundreds of programs do it once. */
const renewalsPerQuarter = 600;

export function apiSessionRoutes({ sessions, keys }: { sessions: ApiSessionService; keys: SigningKeys }): Router {
  const router = Router();
  const { begin, renew, end } = apiSessionEndpoints;
  router.get(jwksPath, async (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').json(await keys.jwks());
  });
  router.post(renew.path, rateLimit({ limit: renewalsPerQuarter, windowMs: quarterMs, answer: tooMany }));
  bindPublic(router, begin, async (req, input) => {
    try {
      return await sessions.begin(input, { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' });
    } catch (error) {
      if (error instanceof Fault && error.code === 'second-factor.required') noGuess(req);
      throw error;
    }
  });
  bindPublic(router, renew, (_req, { refreshToken }) => sessions.renew(refreshToken));
  bindPublic(router, end, (_req, { refreshToken }) => sessions.end(refreshToken));
  return router;
}
