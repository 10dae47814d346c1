import { identityEndpoints, type ApiKey } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The API keys of the organisation. */
export class ApiKeys {
  readonly list = new PagedList<ApiKey>((cursor) => call(identityEndpoints.apiKeys, { cursor }));

  /** Rejects with `ApiError`. */
  async revoke(key: ApiKey): Promise<void> {
    this.list.put(await call(identityEndpoints.revokeApiKey, { id: key.id }));
  }
}

/** Whether a key opens anything now. `now` in milliseconds since 1970. */
export function apiKeyState({ revokedAt, expiresAt }: ApiKey, now: number): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= now ? 'expired' : 'active';
}
