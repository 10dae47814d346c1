import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { ApiKeyRecord, ApiKeyRepo } from './api-key.repo.ts';
import type { MembershipRepo } from './membership.repo.ts';

/** What the scopes of a key let it do. */
const actionOf = { 'runs:ingest': 'run.ingest' } as const satisfies Record<ApiKey['scopes'][number], Action>;

/** `cbk_`, eight characters to recognise it by, and 32 random bytes. */
const keyShape = /^cbk_([\w-]{8})_[\w-]{43}$/;
const dayMs = 86_400_000;
const lastUsedEveryMs = 60_000;
const refusedEveryMs = 60_000;
const refusedRemembered = 1000;

type Deps = { repo: ApiKeyRepo; memberships: MembershipRepo; trail: Trail; clock: Clock };
export type ApiKeyService = ReturnType<typeof apiKeyService>;

export function apiKeyService({ repo, memberships, trail, clock }: Deps) {
  const refusedAt = new Map<string, number>();

  /** A machine that goes on with a key that is over asks many times a second; the trail has it once a minute. */
  function refuse({ id, orgId, createdBy: personId, name }: ApiKeyRecord, reason: string, now: Date): null {
    if (now.getTime() - (refusedAt.get(id) ?? 0) > refusedEveryMs) {
      refusedAt.delete(id);
      refusedAt.set(id, now.getTime());
      const [oldest] = refusedAt.keys();
      if (refusedAt.size > refusedRemembered && oldest !== undefined) refusedAt.delete(oldest);
      const by = { orgId, personId, name, via: { kind: 'key', keyId: id, actions: [] } } as const;
      trail.refused(by, { action: 'run.ingest', recordId: '', reason });
    }
    return null;
  }

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
      const record: ApiKeyRecord = {
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
      };
      const insert = () => repo.insert(record);
      return { ...(await trail.record(actor, 'api-key.create', { change: insert, told })), secret };
    },

    async revoke(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
      const key = await authorize(actor, 'api-key.manage', (orgId) => repo.find(orgId, id));
      if (key.revokedAt !== null) return key;
      const revoke = () => repo.revoke(actor.orgId, id, clock());
      const revoked = await trail.record(actor, 'api-key.revoke', { before: told(key), change: revoke, told });
      if (!revoked) throw new Fault('resource.missing');
      return revoked;
    },

    /** Who acts with this key: a technician limited to its scopes, as long as its maker may do as much themselves. */
    async actorOf(secret: string): Promise<Actor | null> {
      const prefix = keyShape.exec(secret)?.[1];
      const key = prefix === undefined ? null : await repo.findByPrefix(`cbk_${prefix}`);
      if (!key) return null;
      const now = clock();
      const maker = await memberships.find(key.orgId, key.createdBy);
      const actions = key.scopes
        .map((scope) => actionOf[scope])
        .filter((action) => roleAllows(maker?.role ?? null, action));
      const reason = reasonAgainst(key, { secret, now, actions });
      if (reason !== null) return refuse(key, reason, now);
      if (!key.lastUsedAt || now.getTime() - Date.parse(key.lastUsedAt) > lastUsedEveryMs) {
        await repo.used(key.orgId, key.id, now);
      }
      const { id: keyId, name, orgId, createdBy: personId } = key;
      return { personId, name, orgId, role: 'technician', via: { kind: 'key', keyId, actions } };
    },
  };
}

/** What the audit trail tells of a key: what everybody may see of it. */
const told = (key: ApiKeyRecord): ApiKey => ApiKey.parse(key);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isSecretOf = (key: ApiKeyRecord, secret: string): boolean =>
  timingSafeEqual(Buffer.from(key.hash, 'hex'), sha256(secret));

/** Why a key opens nothing now; null where it does. */
function reasonAgainst(
  key: ApiKeyRecord,
  { secret, now, actions }: { secret: string; now: Date; actions: readonly Action[] },
): string | null {
  if (!isSecretOf(key, secret)) return 'The secret is wrong.';
  if (key.revokedAt !== null) return 'The key is revoked.';
  if (now >= new Date(key.expiresAt)) return 'The key has expired.';
  return actions.length === 0 ? 'Its maker may not do this (any more).' : null;
}
