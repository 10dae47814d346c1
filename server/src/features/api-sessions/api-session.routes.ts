import { apiSessionEndpoints, jwksPath } from '@cobench/shared/identity/api-session';
import { Router } from 'express';
import { bindPublic } from '../../platform/http/bind.ts';
import { deviceOf } from '../identity/index.ts';
import type { ApiSessionService } from './api-session.service.ts';
import type { SigningKeys } from './signing-keys.ts';

export function apiSessionRoutes({ sessions, keys }: { sessions: ApiSessionService; keys: SigningKeys }): Router {
  const router = Router();
  const { begin, renew, end } = apiSessionEndpoints;
  router.get(jwksPath, async (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').json(await keys.jwks());
  });
  bindPublic(router, begin, (req, input) =>
    sessions.begin(input, { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' }),
  );
  bindPublic(router, renew, (_req, { refreshToken }) => sessions.renew(refreshToken));
  bindPublic(router, end, (_req, { refreshToken }) => sessions.end(refreshToken));
  return router;
}
