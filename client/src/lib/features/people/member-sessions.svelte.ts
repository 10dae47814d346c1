import { identityEndpoints, type MemberSession } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { problemOf } from '#lib/api/problem.ts';

/** Where the people of the organisation are signed in, all of them or one. `person` is read reactively. */
export class MemberSessions {
  readonly list: PagedList<MemberSession>;

  constructor(person: () => string | undefined) {
    this.list = new PagedList((cursor) => call(identityEndpoints.memberSessions, { cursor, person: person() }));
  }

  /** Signs somebody out of one. Rejects with `ApiError`, but not where it was over already. */
  async end({ id }: MemberSession): Promise<void> {
    try {
      await call(identityEndpoints.endMemberSession, { session: id });
    } catch (error) {
      if (problemOf(error).type !== 'resource.missing') throw error;
    }
    this.list.remove(id);
  }
}
