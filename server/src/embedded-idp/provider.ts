import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Log } from '../platform/log.ts';
import { accountOf } from './accounts.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { errorPage, signOutPage } from './pages.ts';

export type Client = { id: string; secret: string };

type Options = { publicUrl: string; issuer: string; client: Client; fetch: typeof globalThis.fetch; log: Log };

const scopes = 'openid profile email';
const day = 86_400;

/** oidc-provider for our one client, with our pages. Its keys are new at each start: what it issued before is void. */
export async function createProvider(options: Options): Promise<Provider> {
  const { issuer, log } = options;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'demo', alg: 'ES256', use: 'sig' };
  const provider = new Provider(issuer, configuration(options, key));
  // The mount point writes the public address into these headers, so that no visitor decides on our URLs.
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'embedded provider failed'));
  provider.on('backchannel.error', (_ctx, error) => log.warn({ err: error }, 'back-channel logout did not arrive'));
  return provider;
}

function configuration({ publicUrl, client, fetch }: Options, key: object): Configuration {
  return {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${publicUrl}/auth/callback`],
        post_logout_redirect_uris: [`${publicUrl}/sign-in?signedOut`],
        backchannel_logout_uri: `${publicUrl}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: 'ES256',
        require_auth_time: true,
      },
    ],
    jwks: { keys: [key] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'cobench.idp', interaction: 'cobench.idp.sign-in', resume: 'cobench.idp.resume' },
      long: { path: '/idp', sameSite: 'lax', httpOnly: true, signed: true },
      short: { sameSite: 'lax', httpOnly: true, signed: true },
    },
    scopes: scopes.split(' '),
    claims: { openid: ['sub'], profile: ['name', 'cobench'], email: ['email', 'email_verified'] },
    // Everything is in the ID token; nobody needs to ask userinfo.
    conformIdTokenClaims: false,
    findAccount: (_ctx, subject) => accountOf(subject),
    interactions: { url: (_ctx, interaction) => `/idp/interaction/${interaction.uid}` },
    loadExistingGrant: grantEverything,
    clientBasedCORS: () => false,
    // Its own guard refuses loopback addresses, and the one client it tells of a sign-out is on one.
    fetch: (url, init) => {
      const { dispatcher: _guard, ...rest }: RequestInit & { dispatcher?: unknown } = init ?? {};
      return fetch(url, rest);
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: day, Grant: day },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          const hinted = ctx.oidc.entities.IdTokenHint?.payload;
          show(ctx, signOutPage(form, { confirmed: hinted?.sub === ctx.oidc.session?.accountId }));
        },
        postLogoutSuccessSource: (ctx) => ctx.redirect(`${publicUrl}/sign-in?signedOut`),
      },
    },
    renderError: (ctx, { error, error_description: detail }) => {
      // A sign-out whose proof is older than our keys: the session it means is gone already.
      if (ctx.oidc.route === 'end_session') ctx.redirect(`${publicUrl}/sign-in?signedOut`);
      else show(ctx, errorPage(detail ?? error, `${publicUrl}/auth/sign-in`));
    },
  };
}

/** The product is the provider's own client; asking people whether they trust it would mean nothing. */
const grantEverything: Configuration['loadExistingGrant'] = async ({ oidc }) => {
  const { client, session, provider } = oidc;
  if (!client || !session?.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant = known === undefined ? undefined : await provider.Grant.find(known);
  if (grant) return grant;
  const fresh = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  fresh.addOIDCScope(scopes);
  await fresh.save();
  return fresh;
};

function show(ctx: KoaContextWithOIDC, page: string): void {
  ctx.type = 'html';
  ctx.body = page;
}
