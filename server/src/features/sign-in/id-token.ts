import { createHash, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { SignInFailure } from './failure.ts';
import type { Provider } from './provider.ts';

/** Signatures that only the provider can make. `none` and shared secrets are not among them. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];
export const clockToleranceSeconds = 30;

/** What the provider says about somebody; the rest of the claims stay as they came. */
export const Claims = z.looseObject({
  sub: z.string().min(1).max(255),
  sid: z.string().min(1).max(255).optional(),
});
export type Claims = z.infer<typeof Claims>;

const Checked = Claims.extend({
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  nonce: z.string(),
  at_hash: z.string().optional(),
});

type Expected = { nonce: string; accessToken: string };

/**
 * The claims of an ID token, after every check of OpenID Connect Core 1.0, sections 3.1.3.7 and 3.1.3.8, the signature
 * included.
 * @throws SignInFailure `failed`, or `provider-unreachable` where its keys cannot be had.
 */
export async function verifyIdToken(
  idToken: string,
  { metadata, clientId, keys }: Provider,
  { nonce, accessToken }: Expected,
): Promise<Claims> {
  const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
    issuer: metadata.issuer,
    audience: clientId,
    algorithms: signatureAlgorithms,
    clockTolerance: clockToleranceSeconds,
    maxTokenAge: '10m',
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
  }).catch(untrusted);
  const claims = Checked.safeParse(payload);
  if (!claims.success) throw new SignInFailure('failed', 'The ID token has malformed claims.', claims.error);
  const { aud, azp, at_hash, ...rest } = claims.data;
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) wrong('names several audiences and no party');
  if (azp !== undefined && azp !== clientId) wrong('was issued to another client');
  if (!same(rest.nonce, nonce)) wrong('does not belong to this sign-in');
  if (at_hash !== undefined && !same(at_hash, halfHash(accessToken, protectedHeader.alg))) {
    wrong('does not belong to this access token');
  }
  return rest;
}

function untrusted(error: unknown): never {
  // Fetching the keys failed in a way that already has its words.
  if (error instanceof SignInFailure) throw error;
  if (error instanceof errors.JWKSTimeout) {
    throw new SignInFailure('provider-unreachable', 'The provider does not show its keys.', error);
  }
  throw new SignInFailure('failed', 'The ID token cannot be trusted.', error);
}

function wrong(what: string): never {
  throw new SignInFailure('failed', `The ID token ${what}.`);
}

/** The left half of the hash that the signature's algorithm uses (Core, section 3.1.3.6). */
function halfHash(text: string, algorithm: string): string {
  const bits = /\d+$/.exec(algorithm)?.[0] ?? '512';
  const digest = createHash(`sha${bits}`).update(text).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
