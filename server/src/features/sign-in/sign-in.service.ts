import { signInPaths, unnamedProvider, type SignInProvider } from '@cobench/shared/identity/sign-in';
import type { Request, Response } from 'express';
import { Passport } from 'passport';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Identity } from '../identity/index.ts';
import type { Entrance } from '../second-factor/index.ts';
import { profileOf, showedMore, signedInThereAt } from './claims.ts';
import { SignInFailure } from './failure.ts';
import { issuerOf, verifyLogoutToken } from './logout-token.ts';
import { OidcStrategy, type Step, type Verified } from './oidc-strategy.ts';
import type { PendingSignIns } from './pending-sign-ins.ts';
import type { AskProvider, Provider, ProviderSettings } from './provider.ts';
import type { SignInRepo } from './sign-in.repo.ts';

/** Where to go on to, and with which provider. */
type Wanted = { returnTo: string; again: boolean; provider?: string | undefined };

type Deps = {
  providers: readonly AskedProvider[];
  pending: PendingSignIns;
  repo: SignInRepo;
  entrance: Pick<Entrance, 'admit'>;
  identity: Pick<Identity, 'provision' | 'findBySubject' | 'sessions' | 'slugOf'>;
  publicUrl: string;
  clock: Clock;
};
/** One that may be asked about itself. */
export type AskedProvider = Omit<ProviderSettings, 'clientSecret' | 'fetch'> & { ask: AskProvider };
export type SignInService = ReturnType<typeof signInService>;

export function signInService({ providers, pending, repo, entrance, identity, publicUrl, clock }: Deps) {
  const passport = new Passport();

  /** The provider with this name; the only one where none is named. */
  function named(id: string | undefined): AskedProvider {
    const found = id === undefined && providers.length === 1 ? providers[0] : providers.find((one) => one.id === id);
    if (!found) throw new SignInFailure('failed', 'No provider of this name is configured.');
    return found;
  }

  const redirectUriOf = ({ id }: { id: string }): string =>
    publicUrl + signInPaths.callback + (id === unnamedProvider ? '' : `/${id}`);

  /** Runs passport for one request; resolves null where it has answered the request itself (by a redirect). */
  async function run(
    req: Request,
    res: Response,
    { step, id }: { step: Step; id: string | undefined },
  ): Promise<Verified | null> {
    const provider = await named(id).ask();
    const strategy = new OidcStrategy({ step, provider, pending, redirectUri: redirectUriOf(provider) });
    return new Promise((resolve, reject) => {
      res.once('close', () => resolve(null));
      const answered = (error: unknown, verified?: Verified | false): void => {
        if (verified) resolve(verified);
        else reject(error instanceof Error ? error : new SignInFailure('failed', 'The library refused the answer.'));
      };
      passport.authenticate(strategy, answered)(req, res, reject);
    });
  }

  async function described({ ask, organisations, ...provider }: AskedProvider): Promise<SignInProvider> {
    const problem = await ask({ anew: true }).then(
      () => null,
      (error: unknown) => (error instanceof SignInFailure ? error.message : 'It does not answer.'),
    );
    const { id, name, issuer, clientId } = provider;
    const callback = redirectUriOf(provider);
    const backchannelLogout = publicUrl + signInPaths.backchannelLogout;
    const speaksFor = organisations ? 'some' : 'every';
    return { id, name, issuer, clientId, callback, backchannelLogout, speaksFor, problem };
  }

  /** The provider that a token says it comes from; whether it does is to be verified with its keys. */
  async function spokenBy(token: string): Promise<Provider> {
    const issuer = issuerOf(token);
    const found = providers.find((one) => one.issuer === issuer);
    if (!found) throw new SignInFailure('failed', 'The token is of no provider of ours.');
    return found.ask();
  }

  return {
    /** Whether one has to say with which provider. */
    mustChoose: (provider: string | undefined): boolean => provider === undefined && providers.length !== 1,

    /** The provider by which somebody is signed in; undefined where it is none (any more). */
    providerOf: ({ session }: Request): string | undefined =>
      providers.find(({ realm }) => realm === session.signedIn?.realm)?.id,

    /** Those that speak for the organisation of who asks; each is asked whether it answers. */
    async providers(actor: Actor): Promise<{ items: SignInProvider[] }> {
      await authorize(actor, 'organisation.manage');
      const slug = await identity.slugOf(actor.orgId);
      const ours = providers.filter(({ organisations }) => organisations?.includes(slug) ?? true);
      return { items: await Promise.all(ours.map(described)) };
    },

    /** Sends the browser to the provider. @throws SignInFailure */
    async begin(req: Request, res: Response, { returnTo, again, provider }: Wanted): Promise<void> {
      await run(req, res, { step: { begin: { returnTo, again } }, id: provider });
    },

    /** Turns the provider's answer into a session; resolves to the path to go on to. @throws SignInFailure */
    async finish(req: Request, res: Response, id: string = unnamedProvider): Promise<string> {
      const verified = await run(req, res, { step: { finish: true }, id });
      if (!verified) throw new SignInFailure('failed', 'The browser went away.');
      const { claims, idToken, returnTo, again } = verified;
      const provider = await named(id).ask();
      const { realm } = provider;
      const provisioned = await identity.provision(profileOf(claims, provider));
      const orgId = provisioned?.orgIds[0];
      if (!provisioned || orgId === undefined) {
        throw new SignInFailure('no-membership', 'The claims name no organisation and role of ours.');
      }
      const { personId } = provisioned;
      const arrival = { personId, orgId, realm, idToken, ...(claims.sid && { sid: claims.sid }) };
      const now = clock();
      const asked = again && provider.promptIsEnough === true;
      const confirmedAt = signedInThereAt(claims, now) ?? (asked ? now : undefined);
      const shown = { secondFactor: showedMore(claims), ...(confirmedAt && { confirmedAt }) };
      const step = await entrance.admit(req, { ...arrival, ...shown });
      return step === 'signed-in'
        ? returnTo
        : `${signInPaths.secondFactor}?${new URLSearchParams({ returnTo }).toString()}`;
    },

    /** Ends the session; answers where to finish: at the provider, where it takes part in signing out. */
    async signOut(req: Request): Promise<string> {
      const home = '/sign-in?signedOut';
      const ended = await identity.sessions.endOwn(req);
      if (!ended?.idToken) return home;
      // Our session is over either way.
      const theirs = providers.find(({ realm }) => realm === ended.realm);
      const known = await theirs?.ask().catch(() => null);
      const endpoint = known?.metadata.end_session_endpoint;
      if (!known || endpoint === undefined) return home;
      const url = new URL(endpoint);
      url.searchParams.set('id_token_hint', ended.idToken);
      url.searchParams.set('client_id', known.clientId);
      url.searchParams.set('post_logout_redirect_uri', publicUrl + home);
      return url.href;
    },

    /** Ends the sessions the provider says are over. @throws SignInFailure where it was not the provider who said so. */
    async signedOutAtProvider(token: string): Promise<void> {
      const known = await spokenBy(token);
      const { realm } = known;
      const { sid, sub } = await verifyLogoutToken(token, known, { repo, clock });
      const person = sub === undefined ? null : await identity.findBySubject({ realm, subject: sub });
      if (sub !== undefined && !person) return;
      if (sid !== undefined) await identity.sessions.endedAtProvider({ realm, sid, personId: person?.id }, realm);
      else if (person) await identity.sessions.endedAtProvider({ personId: person.id }, realm);
    },
  };
}
