import { z } from 'zod';
import { lacksProfile } from './claims.ts';
import { SignInFailure } from './failure.ts';
import { fetchJson } from './fetch-json.ts';
import { verifyIdToken, type Claims } from './id-token.ts';
import type { Provider } from './provider.ts';
import { fetchUserInfo } from './user-info.ts';

const Tokens = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  id_token: z.string().min(1),
});
const TokenError = z.object({ error: z.string() });

/** Who signed in, as the provider has proved it. */
export type Proof = { claims: Claims; idToken: string; accessToken: string };

type Exchange = { code: string; verifier: string; nonce: string; redirectUri: string };

/**
 * Trades an authorization code for proof of who somebody is, and asks userinfo where the proof lacks their name, e-mail
 * or memberships.
 * @throws SignInFailure
 */
export async function exchangeCode(provider: Provider, exchange: Exchange): Promise<Proof> {
  const { id_token: idToken, access_token: accessToken } = await fetchTokens(provider, exchange);
  const claims = await verifyIdToken(idToken, provider, { nonce: exchange.nonce, accessToken });
  const endpoint = provider.metadata.userinfo_endpoint;
  if (endpoint === undefined || !lacksProfile(claims)) return { claims, idToken, accessToken };
  const more = await fetchUserInfo(endpoint, { fetch: provider.fetch, accessToken, sub: claims.sub });
  // What userinfo says of how somebody signed in says nothing of this time.
  const { amr: _amr, auth_time: _authTime, ...profile } = more;
  return { claims: { ...profile, ...claims }, idToken, accessToken };
}

async function fetchTokens(provider: Provider, { code, verifier, redirectUri }: Exchange) {
  const { clientId, clientSecret, metadata, fetch } = provider;
  const basic = metadata.token_endpoint_auth_methods_supported.includes('client_secret_basic');
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(!basic && { client_id: clientId, client_secret: clientSecret }),
  });
  const headers = { accept: 'application/json', ...(basic && { authorization: basicAuth(clientId, clientSecret) }) };
  const { status, body } = await fetchJson(metadata.token_endpoint, { fetch, method: 'POST', body: form, headers });
  if (status !== 200) {
    const error = TokenError.safeParse(body).data?.error ?? String(status);
    // The code was used before, or too late.
    throw new SignInFailure(error === 'invalid_grant' ? 'expired' : 'failed', `The provider gives no token: ${error}.`);
  }
  const tokens = Tokens.safeParse(body);
  if (!tokens.success) throw new SignInFailure('failed', 'The token answer lacks something.', tokens.error);
  return tokens.data;
}

/** RFC 6749, section 2.3.1: both halves are form-encoded first. */
function basicAuth(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}
