import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import { actionsOf } from '@cobench/shared/access/scopes';
import type { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import type { ApiKeyRecord, ApiKeyRepo } from './api-key.repo.ts';
import { hasHash, prefixOf } from './key-secret.ts';
import type { MembershipRepo } from './membership.repo.ts';
import { newKey, told } from './new-key.ts';
import type { TakeSeat } from './seat.ts';

const lastUsedEveryMs = 60_000;
const refusedEveryMs = 60_000;
const refusedRemembered = 1000;

type Deps = { repo: ApiKeyRepo; memberships: MembershipRepo; takeSeat: TakeSeat; trail: Trail; clock: Clock };
export type ApiKeyService = ReturnType<typeof apiKeyService>;

export function apiKeyService({ repo, memberships, takeSeat, trail, clock }: Deps) {
  const refusedAt = new Map<string, number>();

  /** A machine that goes on with a key that is over asks many times a second; the trail has it once a minute. */
  function refuse({ id, orgId, createdBy: personId, name }: ApiKeyRecord, reason: string, now: Date): null {
    if (now.getTime() - (refusedAt.get(id) ?? 0) > refusedEveryMs) {
      refusedAt.delete(id);
      refusedAt.set(id, now.getTime());
      const [oldest] = refusedAt.keys();
      if (refusedAt.size > refusedRemembered && oldest !== undefined) refusedAt.delete(oldest);
      const by = { orgId, personId, name, via: { kind: 'key', keyId: id, actions: [] } } as const;
      trail.refused(by, { action: 'session.begin', recordId: '', reason });
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
      const key = { owner: 'organisation' as const, name, scopes: ['runs:ingest' as const], expiresInDays };
      const { record, secret } = newKey(actor, key, clock());
      const insert = () => repo.insert(record);
      return { ...(await trail.record(actor, 'api-key.create', { change: insert, told })), secret };
    },

    async revoke(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
      const key = await authorize(actor, 'api-key.manage', async (orgId) => {
        const found = await repo.find(orgId, id);
        return found?.owner === 'organisation' ? found : null;
      });
      if (key.revokedAt !== null) return key;
      const revoke = () => repo.revoke(actor.orgId, id, clock());
      const revoked = await trail.record(actor, 'api-key.revoke', { before: told(key), change: revoke, told });
      if (!revoked) throw new Fault('resource.missing');
      return revoked;
    },

    /**
     * Who acts with this key: for a machine of the organisation a technician limited to its scopes, for a script its owner
     * in their role of now, limited to its scopes; never more than its maker may do or see themselves.
     */
    async actorOf(secret: string): Promise<Actor | null> {
      const prefix = prefixOf(secret);
      const key = prefix === null ? null : await repo.findByPrefix(prefix);
      if (!key) return null;
      const now = clock();
      const { orgId, createdBy: personId } = key;
      const seat = await takeSeat({ orgId, personId }, memberships.find(orgId, personId));
      const role = seat?.membership.role ?? null;
      const actions = key.scopes.flatMap(actionsOf).filter((action) => roleAllows(role, action));
      const reason = reasonAgainst(key, { secret, now, actions });
      if (reason !== null || !seat) return refuse(key, reason ?? makerLeft, now);
      if (!key.lastUsedAt || now.getTime() - Date.parse(key.lastUsedAt) > lastUsedEveryMs) {
        await repo.used(key.orgId, key.id, now);
      }
      const via = { kind: 'key', keyId: key.id, actions } as const;
      const { membership, hidden } = seat;
      const acting = { personId, orgId, hidden, via };
      if (key.owner === 'person') return { ...acting, name: membership.name, role: membership.role };
      return { ...acting, name: key.name, role: 'technician' };
    },
  };
}

/** Why a key opens nothing now; null where it does. */
function reasonAgainst(
  key: ApiKeyRecord,
  { secret, now, actions }: { secret: string; now: Date; actions: readonly Action[] },
): string | null {
  if (!hasHash(secret, key.hash)) return 'The secret is wrong.';
  if (key.revokedAt !== null) return 'The key is revoked.';
  if (now >= new Date(key.expiresAt)) return 'The key has expired.';
  return actions.length === 0 ? makerLeft : null;
}

const makerLeft = 'Its maker may not do this (any more).';
