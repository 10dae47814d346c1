import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { demoPassword, demoPeople } from '../demo/people.ts';
import { addressOf, rateLimit } from '../platform/http/rate-limit.ts';
import { accountKey, signInWith } from './accounts.ts';
import { errorPage, signInPage } from './pages.ts';

export type PasswordLimits = { perAddress: number; perAccount: number };

const Credentials = z.object({ email: z.string().max(254), password: z.string().max(200) });
const windowMs = 5 * 60_000;

/** The sign-in page of the provider. */
export function interactionRoutes(provider: Provider, publicUrl: string, limits: PasswordLimits): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  const limited = [
    guesses(limits.perAddress, addressOf),
    guesses(limits.perAccount, (req) => accountKey(Credentials.safeParse(req.body).data?.email ?? '')),
  ];

  const show: RequestHandler = async (req, res) => {
    const { uid } = await provider.interactionDetails(req, res);
    const chosen = demoPeople.find((person) => person.email === req.query['as']);
    const filled = chosen && { email: chosen.email, password: demoPassword };
    res.type('html').send(signInPage({ action: actionOf(uid), ...filled }));
  };

  const submit: RequestHandler = async (req, res) => {
    const { uid, prompt } = await provider.interactionDetails(req, res);
    const { email = '', password = '' } = Credentials.safeParse(req.body).data ?? {};
    const person = prompt.name === 'login' ? signInWith(email, password) : null;
    if (person) {
      await provider.interactionFinished(req, res, { login: { accountId: person.subject, remember: true } });
      return;
    }
    const problem = 'E-mail or password is wrong.';
    res
      .status(401)
      .type('html')
      .send(signInPage({ action: actionOf(uid), email, problem }));
  };

  const orStartAgain =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      try {
        await handler(req, res, next);
      } catch (error) {
        if (!(error instanceof errors.SessionNotFound)) throw error;
        const detail = 'This sign-in page is too old, or was opened in another browser.';
        res
          .status(400)
          .type('html')
          .send(errorPage(detail, `${publicUrl}/auth/sign-in`));
      }
    };

  router.get('/interaction/:uid', orStartAgain(show));
  router.post('/interaction/:uid', form, ...limited, orStartAgain(submit));
  return router;
}

/** Counts failed guesses only; people who know their password are never in the way of each other. */
const guesses = (limit: number, keyOf: (req: Request) => string): RequestHandler =>
  rateLimit({ limit, windowMs, keyOf, failuresOnly: true, answer: tooMany });

function tooMany(req: Request, res: Response): void {
  const { email = '' } = Credentials.safeParse(req.body).data ?? {};
  const problem = 'Too many attempts. Wait a few minutes and try again.';
  res.type('html').send(signInPage({ action: actionOf(String(req.params['uid'])), email, problem }));
}

const actionOf = (uid: string): string => `/idp/interaction/${uid}`;
