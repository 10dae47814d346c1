import { SignInFailure } from './failure.ts';
import { fetchJson, type Fetch } from './fetch-json.ts';
import { Claims } from './id-token.ts';

const sizeLimit = 64 * 1024;

type Options = { fetch: Fetch; accessToken: string; sub: string };

/**
 * More claims about the person the ID token is about. Another subject in the answer would let one person sign in as
 * another (OpenID Connect Core 1.0, section 5.3.2), so it is refused.
 * @throws SignInFailure
 */
export async function fetchUserInfo(endpoint: string, { fetch, accessToken, sub }: Options): Promise<Claims> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
  const { status, body } = await fetchJson(endpoint, { fetch, headers, maxBytes: sizeLimit });
  if (status !== 200) throw new SignInFailure('failed', `Userinfo answered ${status}.`);
  const claims = Claims.safeParse(body);
  if (!claims.success) throw new SignInFailure('failed', 'Userinfo has malformed claims.', claims.error);
  if (claims.data.sub !== sub) throw new SignInFailure('failed', 'Userinfo is about somebody else.');
  return claims.data;
}
