import { identityEndpoints, type Session } from '@cobench/shared/identity/identity';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

/** Where the person is signed in; null until it is known. */
export class MySessions {
  items = $state.raw<readonly Session[] | null>(null);
  problem = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.items = (await call(identityEndpoints.sessions, {})).items;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Ends one of them. Rejects with `ApiError`; one that had ended by itself is no failure. */
  async end({ id }: Session): Promise<void> {
    try {
      await call(identityEndpoints.endSession, { session: id });
    } catch (error) {
      if (problemOf(error).type !== 'resource.missing') throw error;
    }
    this.items = this.items?.filter((session) => session.id !== id) ?? null;
  }

  /** Ends all but this one; answers how many these were. Rejects with `ApiError`. */
  async endOthers(): Promise<number> {
    const { ended } = await call(identityEndpoints.endOtherSessions, {});
    this.items = this.items?.filter(({ isThis }) => isThis) ?? null;
    return ended;
  }
}
