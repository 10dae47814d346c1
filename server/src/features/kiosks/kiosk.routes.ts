import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { wallEndpoints } from '@cobench/shared/kiosks/wall';
import { Router, type Request } from 'express';
import { bind, bindPublic } from '../../platform/http/bind.ts';
import { addressOf, guesses } from '../../platform/http/rate-limit.ts';
import { deviceOf } from '../identity/index.ts';
import type { KioskService } from './kiosk.service.ts';
import { screenCookieName, screenCookieOf, screenCookieOptions } from './screen-cookie.ts';
import type { WallService } from './wall.service.ts';

type Options = { kiosks: KioskService; walls: WallService; publicUrl: string; limits: { perAddress: number } };

export function kioskRoutes({ kiosks, walls, publicUrl, limits }: Options): Router {
  const router = Router();
  const keep = (req: Request, cookie: string) =>
    req.res?.cookie(screenCookieName, cookie, screenCookieOptions(publicUrl));

  bind(router, kioskEndpoints.list, kiosks.list);
  bind(router, kioskEndpoints.create, kiosks.create);
  bind(router, kioskEndpoints.revoke, kiosks.revoke);

  router.post(wallEndpoints.open.path, guesses(limits.perAddress, addressOf));
  bindPublic(router, wallEndpoints.open, async (req, { secret }) => {
    const place = { device: deviceOf(req.get('user-agent')), address: req.ip ?? '' };
    const { name, cookie } = await walls.open({ secret, cookie: screenCookieOf(req), ...place });
    keep(req, cookie);
    return { name };
  });
  bindPublic(router, wallEndpoints.read, async (req) => {
    const cookie = screenCookieOf(req);
    const wall = await walls.read(cookie);
    // It lives on with each use.
    keep(req, cookie);
    req.res?.set('Cache-Control', 'no-store');
    return wall;
  });
  return router;
}
