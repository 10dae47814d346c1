import { accessTokenSeconds } from '@cobench/shared/identity/api-session';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import { signingAlgorithm, type SigningKeys } from './signing-keys.ts';

/** RFC 9068, section 2.1: no other kind of JWT passes for an access token. */
const type = 'at+jwt';
const Claims = z.object({ sid: z.string().min(1).max(64) });

type Deps = { keys: SigningKeys; publicUrl: string; clock: Clock };

/** Signed proof of a session for fifteen minutes. Whether the session is still there is asked at each use. */
export function accessTokens({ keys, publicUrl, clock }: Deps) {
  const audience = `${publicUrl}/api`;
  return {
    async issue({ sessionId, personId }: { sessionId: string; personId: string }): Promise<string> {
      const { id, privateKey } = await keys.current();
      const now = Math.floor(clock().getTime() / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: signingAlgorithm, typ: type, kid: id })
        .setIssuer(publicUrl)
        .setAudience(audience)
        .setSubject(personId)
        .setJti(newId())
        .setIssuedAt(now)
        .setExpirationTime(now + accessTokenSeconds)
        .sign(privateKey);
    },

    /** The session a token is of; null where it is forged, expired, or no access token of ours. */
    async sessionOf(token: string): Promise<string | null> {
      try {
        const { payload } = await jwtVerify(token, async ({ kid }) => keyNamed(kid), {
          algorithms: [signingAlgorithm],
          typ: type,
          issuer: publicUrl,
          audience,
          maxTokenAge: accessTokenSeconds,
          requiredClaims: ['sub', 'exp', 'iat'],
          currentDate: clock(),
        });
        return Claims.safeParse(payload).data?.sid ?? null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };

  async function keyNamed(kid: string | undefined) {
    const key = kid === undefined ? null : await keys.publicKey(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}
export type AccessTokens = ReturnType<typeof accessTokens>;
