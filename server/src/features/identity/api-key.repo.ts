import type { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';

export const dayMs = 86_400_000;

/** What is kept of a key: everything but its secret. */
export type ApiKeyRecord = ApiKey & {
  orgId: string;
  /** SHA-256 of the whole key, hexadecimal. */
  hash: string;
  /** The maker, and of a personal one the owner: the key may never do more than they may. */
  createdBy: string;
};

export type ApiKeyRepo = {
  /** Those of the organisation. */
  list(orgId: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<ApiKeyRecord>>;
  /** The personal ones of somebody there. */
  listOfPerson(
    owner: { orgId: string; personId: string },
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<ApiKeyRecord>>;
  find(orgId: string, id: string): Promise<ApiKeyRecord | null>;
  /** The key a request carries says its organisation, so this looks in all of them. */
  findByPrefix(prefix: string): Promise<ApiKeyRecord | null>;
  insert(key: ApiKeyRecord): Promise<ApiKeyRecord>;
  /** Revokes it for good; the time of the first revocation stays. Null when there is no such key. */
  revoke(orgId: string, id: string, at: Date): Promise<ApiKeyRecord | null>;
  used(orgId: string, id: string, at: Date): Promise<void>;
};
