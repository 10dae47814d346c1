import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import type { Problem } from '@cobench/shared/errors';
import { identityEndpoints, type Me } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

export type SessionState =
  | { state: 'loading' }
  | { state: 'signed-in'; me: Me }
  | { state: 'signed-out' }
  | { state: 'failed'; problem: Problem };

/** Who is signed in, and what they may do. */
export class Session {
  now = $state.raw<SessionState>({ state: 'loading' });
  readonly me = $derived.by(() => (this.now.state === 'signed-in' ? this.now.me : null));
  readonly role = $derived.by(() => this.me?.role ?? null);

  async load(): Promise<void> {
    this.now = { state: 'loading' };
    try {
      this.now = { state: 'signed-in', me: await call(identityEndpoints.me, {}) };
    } catch (error) {
      const problem = problemOf(error);
      this.now = problem.type === 'auth.required' ? { state: 'signed-out' } : { state: 'failed', problem };
    }
  }

  /** Whether the signed-in role may do this here; the server judges by the same table. */
  may(action: Action): boolean {
    return roleAllows(this.role, action);
  }

  /** Whether the server knows the same person again, after it had forgotten them. */
  async isBack(): Promise<boolean> {
    try {
      const me = await call(identityEndpoints.me, {});
      return me.id === this.me?.id && me.organisation.id === this.me.organisation.id;
    } catch (error) {
      problemOf(error);
      return false;
    }
  }

  /** The session is over: signed out here or elsewhere, revoked or expired. */
  end(): void {
    this.now = { state: 'signed-out' };
  }
}
