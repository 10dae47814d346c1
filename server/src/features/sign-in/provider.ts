import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { SignInFailure } from './failure.ts';
import { fetchJson, type Fetch } from './fetch-json.ts';

/** How to reach one OpenID provider, and as whom. */
export type ProviderSettings = {
  /** Short, and in the address to which it sends people back. */
  id: string;
  /** What people call it. */
  name: string;
  /** The short names of the organisations it speaks for; all where it is left out. */
  organisations?: readonly string[] | undefined;
  /**
   * Whether it is believed that it asked again where it was asked to and does not say when it did (`auth_time`). Whoever
   * sits at the screen can keep the question from it.
   */
  promptIsEnough?: boolean | undefined;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** People are this realm's subjects: the issuer, unless its address may change while its people stay the same. */
  realm: string;
  fetch: Fetch;
};

const HttpUrl = z.url({ protocol: /^https?$/ });

/** The parts we use of OpenID Connect Discovery 1.0, section 3. */
const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: HttpUrl,
  token_endpoint: HttpUrl,
  jwks_uri: HttpUrl,
  userinfo_endpoint: HttpUrl.optional(),
  end_session_endpoint: HttpUrl.optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
type Metadata = z.infer<typeof Metadata>;

/** A provider that has answered: its endpoints, and its keys as they are now. */
export type Provider = ProviderSettings & { metadata: Metadata; keys: JWTVerifyGetKey };

const believedMs = 3_600_000;

/** `anew` asks also where an answer is known. */
export type AskProvider = (how?: { anew?: boolean }) => Promise<Provider>;

/**
 * Asks the provider about itself when somebody first needs it and once an hour; a failure is not remembered. Concurrent
 * callers share one question.
 */
export function discovery(settings: ProviderSettings, clock: Clock): AskProvider {
  let known: { at: number; provider: Promise<Provider> } | undefined;
  return async ({ anew = false } = {}) => {
    const now = clock().getTime();
    if (known && !anew && now - known.at < believedMs) return known.provider;
    const asked = { at: now, provider: discover(settings) };
    known = asked;
    try {
      return await asked.provider;
    } catch (error) {
      if (known === asked) known = undefined;
      throw error;
    }
  };
}

async function discover(settings: ProviderSettings): Promise<Provider> {
  const { issuer, fetch } = settings;
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { status, body } = await fetchJson(url, { fetch });
  if (status !== 200) throw new SignInFailure('provider-unreachable', `${url} answered ${status}.`);
  const parsed = Metadata.safeParse(body);
  if (!parsed.success) throw new SignInFailure('failed', `${url} is no provider metadata.`, parsed.error);
  const metadata = parsed.data;
  if (metadata.issuer !== issuer) {
    throw new SignInFailure('failed', `The provider calls itself ${metadata.issuer}, but is configured as ${issuer}.`);
  }
  if (issuer.startsWith('https:') && endpointsOf(metadata).some((endpoint) => !endpoint.startsWith('https:'))) {
    throw new SignInFailure('failed', `${issuer} has endpoints without TLS.`);
  }
  return { ...settings, metadata, keys: keysOf(metadata.jwks_uri, fetch) };
}

const endpointsOf = (metadata: Metadata): string[] =>
  [
    metadata.authorization_endpoint,
    metadata.token_endpoint,
    metadata.jwks_uri,
    metadata.userinfo_endpoint,
    metadata.end_session_endpoint,
  ].filter((endpoint) => endpoint !== undefined);

/** The provider's keys: fetched when needed, again for an unknown key id, but at most twice a minute. */
const keysOf = (uri: string, fetch: Fetch): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(uri), {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    [customFetch]: async () => {
      const { status, body } = await fetchJson(uri, { fetch });
      return Response.json(body, { status });
    },
  });
