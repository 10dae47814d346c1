import type { Role } from '@cobench/shared/access/roles';
import { identityEndpoints, type Member } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The people of the organisation by name. `search` is read reactively. */
export class People {
  readonly list: PagedList<Member>;

  constructor(search: () => string) {
    this.list = new PagedList((cursor) => call(identityEndpoints.members, { cursor, q: search() || undefined }));
  }

  /** Gives somebody another role. Rejects with `ApiError`, also where somebody else changed it meanwhile. */
  async setRole({ id, role: was }: Member, role: Role): Promise<void> {
    this.list.replace(await call(identityEndpoints.setRole, { id, was, role }));
  }

  /** Keeps somebody out of this organisation. Rejects with `ApiError`. */
  async disable({ id }: Member): Promise<void> {
    this.list.replace(await call(identityEndpoints.disableMember, { id }));
  }

  /** Lets somebody in again. Rejects with `ApiError`. */
  async enable({ id }: Member): Promise<void> {
    this.list.replace(await call(identityEndpoints.enableMember, { id }));
  }

  /** Takes the second factors of somebody away who lost them. Rejects with `ApiError`. */
  async resetSecondFactor({ id }: Member): Promise<void> {
    await call(secondFactorEndpoints.reset, { id });
  }

  /** Signs somebody out of this organisation; answers of how many sessions. Rejects with `ApiError`. */
  async signOut({ id }: Member): Promise<number> {
    return (await call(identityEndpoints.endMemberSessions, { id })).ended;
  }
}
