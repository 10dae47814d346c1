import type { Request, Response } from 'express';
import { Passport } from 'passport';
import type { Clock } from '../../platform/clock.ts';
import type { Identity } from '../identity/index.ts';
import { profileOf } from './claims.ts';
import { SignInFailure } from './failure.ts';
import { verifyLogoutToken } from './logout-token.ts';
import { OidcStrategy, type Step, type Verified } from './oidc-strategy.ts';
import type { PendingSignIns } from './pending-sign-ins.ts';
import type { Provider } from './provider.ts';
import type { SignInRepo } from './sign-in.repo.ts';

type Deps = {
  provider: () => Promise<Provider>;
  pending: PendingSignIns;
  repo: SignInRepo;
  identity: Pick<Identity, 'provision' | 'findBySubject' | 'sessions'>;
  publicUrl: string;
  redirectUri: string;
  clock: Clock;
};
export type SignInService = ReturnType<typeof signInService>;

export function signInService({ provider, pending, repo, identity, publicUrl, redirectUri, clock }: Deps) {
  const passport = new Passport();

  /** Runs passport for one request; resolves null where it has answered the request itself (by a redirect). */
  async function run(req: Request, res: Response, step: Step): Promise<Verified | null> {
    const strategy = new OidcStrategy({ step, provider: await provider(), pending, redirectUri });
    return new Promise((resolve, reject) => {
      res.once('close', () => resolve(null));
      const answered = (error: unknown, verified?: Verified | false): void => {
        if (verified) resolve(verified);
        else reject(error instanceof Error ? error : new SignInFailure('failed', 'The library refused the answer.'));
      };
      passport.authenticate(strategy, answered)(req, res, reject);
    });
  }

  return {
    /** Sends the browser to the provider. @throws SignInFailure */
    async begin(req: Request, res: Response, returnTo: string): Promise<void> {
      await run(req, res, { begin: { returnTo } });
    },

    /** Turns the provider's answer into a session; resolves to the path to go on to. @throws SignInFailure */
    async finish(req: Request, res: Response): Promise<string> {
      const verified = await run(req, res, { finish: true });
      if (!verified) throw new SignInFailure('failed', 'The browser went away.');
      const { claims, idToken, returnTo } = verified;
      const { realm } = await provider();
      const provisioned = await identity.provision(profileOf(claims, realm));
      const orgId = provisioned?.orgIds[0];
      if (!provisioned || orgId === undefined) {
        throw new SignInFailure('no-membership', 'The claims name no organisation and role of ours.');
      }
      const { personId } = provisioned;
      await identity.sessions.begin(req, { personId, orgId, realm, idToken, ...(claims.sid && { sid: claims.sid }) });
      return returnTo;
    },

    /** Ends the session; answers where to finish: at the provider, where it takes part in signing out. */
    async signOut(req: Request): Promise<string> {
      const home = '/sign-in?signedOut';
      const ended = await identity.sessions.endOwn(req);
      if (!ended?.idToken) return home;
      // Our session is over either way.
      const known = await provider().catch(() => null);
      const endpoint = known?.metadata.end_session_endpoint;
      if (!known || endpoint === undefined || known.realm !== ended.realm) return home;
      const url = new URL(endpoint);
      url.searchParams.set('id_token_hint', ended.idToken);
      url.searchParams.set('client_id', known.clientId);
      url.searchParams.set('post_logout_redirect_uri', publicUrl + home);
      return url.href;
    },

    /** Ends the sessions the provider says are over. @throws SignInFailure where it was not the provider who said so. */
    async signedOutAtProvider(token: string): Promise<void> {
      const known = await provider();
      const { realm } = known;
      const { sid, sub } = await verifyLogoutToken(token, known, { repo, clock });
      const person = sub === undefined ? null : await identity.findBySubject({ realm, subject: sub });
      if (sub !== undefined && !person) return;
      if (sid !== undefined) await identity.sessions.endedAtProvider({ realm, sid, personId: person?.id }, realm);
      else if (person) await identity.sessions.endedAtProvider({ personId: person.id }, realm);
    },
  };
}
