import type { Request } from 'express';
import { Fault } from '../fault.ts';
import type { Actor } from '../access.ts';

declare global {
  namespace Express {
    interface Request {
      /** Set by the identity middleware where a valid session or key came along. */
      actor?: Actor;
      /** Who this browser is about to be signed in as, once they have set a second factor up. */
      settingUp?: Actor;
    }
  }
}

/** @throws Fault `auth.required` where nobody is signed in. */
export function actorOf(req: Request): Actor {
  if (!req.actor) throw new Fault('auth.required');
  return req.actor;
}
