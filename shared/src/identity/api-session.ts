import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Instant } from '../ids.ts';
import { Email } from './accounts.ts';
import { FactorCode } from './second-factor.ts';

/** How long an access token opens the API; programs renew it before. */
export const accessTokenSeconds = 15 * 60;
/** How long a refresh token may lie unused. */
export const refreshTokenDays = 7;

/** 32 random bytes, of which we keep the hash. It is good once: using it answers the next one. */
export const RefreshToken = z.string().regex(/^cbr_[\w-]{43}$/, 'This is no refresh token.');

/** What a program signs its requests with: `Authorization: Bearer <accessToken>`. */
export const TokenPair = z
  .object({
    /** A signed JWT (RFC 9068); its keys are published at `jwksPath`. */
    accessToken: z.string(),
    expiresInSeconds: z.int(),
    refreshToken: z.string(),
    refreshExpiresAt: Instant,
  })
  .meta({ id: 'TokenPair' });
export type TokenPair = z.infer<typeof TokenPair>;

/** The public keys of our access tokens (RFC 7517). */
export const jwksPath = '/.well-known/jwks.json';

export const apiSessionEndpoints = {
  begin: endpoint({
    method: 'post',
    path: '/api/v1/tokens',
    access: 'anybody',
    summary: 'Sign a program in with the account of a person; it is listed among their sessions',
    input: z.strictObject({
      email: Email,
      password: z.string().min(1).max(200),
      /** Where the account has a second factor: six digits of the authenticator, or a recovery code. */
      code: FactorCode.optional(),
      /** What the program is, for its person to recognise it by. */
      device: z.string().trim().max(80).optional(),
    }),
    output: TokenPair,
    status: 201,
  }),
  renew: endpoint({
    method: 'post',
    path: '/api/v1/tokens/refresh',
    access: 'anybody',
    summary: 'Trade a refresh token for the next pair; one that comes a second time ends the session',
    input: z.strictObject({ refreshToken: RefreshToken }),
    output: TokenPair,
  }),
  end: endpoint({
    method: 'post',
    path: '/api/v1/tokens/revoke',
    access: 'anybody',
    summary: 'Sign a program out; the answer is the same where its session is over',
    input: z.strictObject({ refreshToken: RefreshToken }),
    output: z.object({}),
  }),
};
