import { ApiKey } from '@cobench/shared/identity/identity';
import type { Actor } from '../../platform/access.ts';
import { newId } from '../../platform/new-id.ts';
import { dayMs, type ApiKeyRecord } from './api-key.repo.ts';
import { newKeySecret } from './key-secret.ts';

type NewKey = Pick<ApiKey, 'owner' | 'name' | 'scopes'> & { expiresInDays: number };

/** A key that somebody makes, of theirs or of their organisation, and its secret, of which the record has the hash only. */
export function newKey(
  { orgId, personId }: Pick<Actor, 'orgId' | 'personId'>,
  { expiresInDays, ...given }: NewKey,
  now: Date,
): { record: ApiKeyRecord; secret: string } {
  const { secret, ...kept } = newKeySecret(given.owner);
  const record = {
    ...kept,
    ...given,
    id: newId(),
    orgId,
    createdBy: personId,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + expiresInDays * dayMs).toISOString(),
    lastUsedAt: null,
    revokedAt: null,
  };
  return { record, secret };
}

/** What the audit trail tells of a key: what everybody may see of it. */
export const told = (key: ApiKeyRecord): ApiKey => ApiKey.parse(key);
