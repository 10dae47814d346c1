import type { ApiKey } from '@cobench/shared/identity/identity';
import type { Page } from '@cobench/shared/page';
import { sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import type { ApiKeyRepo } from './api-key.repo.ts';
import { newKey, told } from './new-key.ts';
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
    const token = { owner: 'person' as const, name, scopes: [...new Set(scopes)], expiresInDays };
    const { record, secret } = newKey(actor, token, clock());
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
