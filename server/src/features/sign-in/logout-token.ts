import { createHash } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { SignInFailure } from './failure.ts';
import { clockToleranceSeconds, signatureAlgorithms } from './id-token.ts';
import type { Provider } from './provider.ts';
import type { SignInRepo } from './sign-in.repo.ts';

const maxAgeSeconds = 300;
const name = z.string().min(1).max(255);

const LogoutClaims = z
  .object({
    jti: name,
    sid: name.optional(),
    sub: name.optional(),
    events: z.object({ 'http://schemas.openid.net/event/backchannel-logout': z.object({}) }),
    // An ID token has one; a logout token must not (so that neither passes for the other).
    nonce: z.never().optional(),
  })
  .refine(({ sid, sub }) => sid !== undefined || sub !== undefined);

/** Whose sessions the provider ended. */
export type Logout = { sid?: string | undefined; sub?: string | undefined };

/**
 * The content of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6), which works once.
 * @throws SignInFailure where it must not be believed.
 */
export async function verifyLogoutToken(
  token: string,
  { metadata, clientId, keys, realm }: Provider,
  { repo, clock }: { repo: SignInRepo; clock: Clock },
): Promise<Logout> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: metadata.issuer,
    audience: clientId,
    algorithms: signatureAlgorithms,
    clockTolerance: clockToleranceSeconds,
    maxTokenAge: maxAgeSeconds,
    requiredClaims: ['iat', 'jti', 'events'],
  }).catch((error: unknown) => {
    throw new SignInFailure('failed', 'The logout token cannot be trusted.', error);
  });
  if (!/^(logout\+)?jwt$/i.test(protectedHeader.typ ?? 'JWT')) {
    throw new SignInFailure('failed', 'The token is for something else.');
  }
  const claims = LogoutClaims.safeParse(payload);
  if (!claims.success) throw new SignInFailure('failed', 'The logout token has malformed claims.', claims.error);
  const { jti, sid, sub } = claims.data;
  const id = createHash('sha256')
    .update(JSON.stringify([realm, jti]))
    .digest('base64url');
  const forgetAt = new Date(clock().getTime() + 2 * (maxAgeSeconds + clockToleranceSeconds) * 1000);
  if (!(await repo.useOnce(id, forgetAt))) throw new SignInFailure('failed', 'The logout token was used before.');
  return { sid, sub };
}

/** Whom a token names as its issuer, before anything of it is believed. @throws SignInFailure where it is no token. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    throw new SignInFailure('failed', 'It is no token.', error);
  }
}
