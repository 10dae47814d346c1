import { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import { sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import { dayMs, type ApiKeyRecord, type ApiKeyRepo } from './api-key.repo.ts';
import { newKeySecret } from './key-secret.ts';
import type { OrganisationRepo } from './organisation.repo.ts';

type Deps = { repo: ApiKeyRepo; organisations: OrganisationRepo; trail: Trail; clock: Clock };
type NewToken = { name: string; scopes: ApiKey['scopes']; expiresInDays: number };
export type PersonalTokenService = ReturnType<typeof personalTokenService>;

/** What people let scripts of theirs do in an organisation. Only they see it, in person and with no token. */
export const personalTokenService = ({ repo, organisations, trail, clock }: Deps) => ({
  async list(actor: Actor, page: { limit: number; cursor?: string | undefined }): Promise<Page<ApiKey>> {
    sessionOf(actor);
    return repo.listOfPerson(actor, page);
  },

  /**
   * A new token and its secret, which nobody can read again.
   * @throws Fault `state.conflict` where people of the organisation make none; `input.invalid` where it would be good for too long.
   */
  async create(actor: Actor, { name, scopes, expiresInDays }: NewToken): Promise<ApiKey & { secret: string }> {
    sessionOf(actor);
    const longest = (await organisations.settings(actor.orgId))?.policies.longestTokenDays ?? 0;
    if (longest === 0) throw new Fault('state.conflict', { detail: 'Nobody makes personal tokens here.' });
    if (expiresInDays > longest) throw invalidField('expiresInDays', `At most ${longest} days here.`);
    const { secret, ...kept } = newKeySecret('person');
    const now = clock();
    const record: ApiKeyRecord = {
      ...kept,
      id: newId(),
      owner: 'person',
      orgId: actor.orgId,
      name,
      scopes: [...new Set(scopes)],
      createdBy: actor.personId,
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + expiresInDays * dayMs).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    };
    const change = () => repo.insert(record);
    return { ...(await trail.record(actor, 'token.create', { change, told })), secret };
  },

  /** @throws Fault `resource.missing` where it is not theirs. */
  async revoke(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
    sessionOf(actor);
    const token = await repo.find(actor.orgId, id);
    if (token?.owner !== 'person' || token.createdBy !== actor.personId) throw new Fault('resource.missing');
    if (token.revokedAt !== null) return token;
    const change = () => repo.revoke(actor.orgId, id, clock());
    const revoked = await trail.record(actor, 'token.revoke', { before: told(token), change, told });
    if (!revoked) throw new Fault('resource.missing');
    return revoked;
  },
});

const told = (token: ApiKeyRecord): ApiKey => ApiKey.parse(token);
