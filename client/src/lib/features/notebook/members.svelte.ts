import { identityEndpoints, type Member } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';

/** The people of the organisation, for fields that name one. Read once, when somebody first asks. */
export class Members {
  all = $state.raw<readonly Member[]>([]);
  #asked = false;

  /** What somebody is called; undefined while nobody knows, or for nobody. */
  nameOf(id: string): string | undefined {
    return this.all.find((member) => member.id === id)?.name;
  }

  /** Reads them if that has not been done. A list that fails is read again by the next who asks. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const found: Member[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await call(identityEndpoints.members, { limit: 200, ...(cursor && { cursor }) });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      this.all = found;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#asked = false;
    }
  }
}
