import { identityEndpoints, type Member } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The people of the organisation by name. `search` is read reactively. */
export class People {
  readonly list: PagedList<Member>;

  constructor(search: () => string) {
    this.list = new PagedList((cursor) => call(identityEndpoints.members, { cursor, q: search() || undefined }));
  }

  /** Signs somebody out of this organisation; answers of how many sessions. Rejects with `ApiError`. */
  async signOut({ id }: Member): Promise<number> {
    return (await call(identityEndpoints.endMemberSessions, { id })).ended;
  }
}
