import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import type { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { ApiKeyRecord, ApiKeyRepo } from './api-key.repo.ts';
import type { MembershipRepo } from './membership.repo.ts';

/** What the scopes of a key let it do. */
const actionOf = { 'runs:ingest': 'run.ingest' } as const satisfies Record<ApiKey['scopes'][number], Action>;

/** `cbk_`, eight characters to recognise it by, and 32 random bytes. */
const keyShape = /^cbk_([\w-]{8})_[\w-]{43}$/;
const dayMs = 86_400_000;
const lastUsedEveryMs = 60_000;

type Deps = { repo: ApiKeyRepo; memberships: MembershipRepo; clock: Clock };
export type ApiKeyService = ReturnType<typeof apiKeyService>;

export function apiKeyService({ repo, memberships, clock }: Deps) {
  return {
    async list(actor: Actor, page: { limit: number; cursor?: string | undefined }): Promise<Page<ApiKey>> {
      await authorize(actor, 'api-key.manage');
      return repo.list(actor.orgId, page);
    },

    /** A new key and its secret, which nobody can read again. */
    async create(
      actor: Actor,
      { name, expiresInDays }: { name: string; expiresInDays: number },
    ): Promise<ApiKey & { secret: string }> {
      await authorize(actor, 'api-key.manage');
      const prefix = `cbk_${randomBytes(6).toString('base64url')}`;
      const secret = `${prefix}_${randomBytes(32).toString('base64url')}`;
      const now = clock();
      const key = await repo.insert({
        id: newId(),
        orgId: actor.orgId,
        name,
        prefix,
        hash: sha256(secret).toString('hex'),
        scopes: ['runs:ingest'],
        createdBy: actor.personId,
        createdAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + expiresInDays * dayMs).toISOString(),
        lastUsedAt: null,
        revokedAt: null,
      });
      return { ...key, secret };
    },

    async revoke(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
      await authorize(actor, 'api-key.manage', (orgId) => repo.find(orgId, id));
      const revoked = await repo.revoke(actor.orgId, id, clock());
      if (!revoked) throw new Fault('resource.missing');
      return revoked;
    },

    /** Who acts with this key: a technician limited to its scopes, as long as its maker may do as much themselves. */
    async actorOf(secret: string): Promise<Actor | null> {
      const prefix = keyShape.exec(secret)?.[1];
      const key = prefix === undefined ? null : await repo.findByPrefix(`cbk_${prefix}`);
      const now = clock();
      if (!key || !isSecretOf(key, secret) || !isAlive(key, now)) return null;
      const maker = await memberships.find(key.orgId, key.createdBy);
      const actions = key.scopes
        .map((scope) => actionOf[scope])
        .filter((action) => roleAllows(maker?.role ?? null, action));
      if (actions.length === 0) return null;
      if (!key.lastUsedAt || now.getTime() - Date.parse(key.lastUsedAt) > lastUsedEveryMs) {
        await repo.used(key.orgId, key.id, now);
      }
      const { id: keyId, name, orgId, createdBy: personId } = key;
      return { personId, name, orgId, role: 'technician', via: { kind: 'key', keyId, actions } };
    },
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isSecretOf = (key: ApiKeyRecord, secret: string): boolean =>
  timingSafeEqual(Buffer.from(key.hash, 'hex'), sha256(secret));

const isAlive = (key: ApiKeyRecord, now: Date): boolean => key.revokedAt === null && now < new Date(key.expiresAt);
