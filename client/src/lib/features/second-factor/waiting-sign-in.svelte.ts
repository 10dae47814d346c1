import type { Problem } from '@cobench/shared/errors';
import { secondFactorEndpoints, type SignInStep } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { shownPasskey } from './passkeys-of-browser.ts';

type Waiting = { step: SignInStep; name: string; hasAuthenticator: boolean; hasPasskey: boolean };

/** The sign-in of this browser that waits for a second factor. */
export class WaitingSignIn {
  /** Null where none waits, undefined while nobody knows. */
  now = $state.raw<Waiting | null | undefined>();
  problem = $state.raw<Problem | null>(null);
  code = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.code.trim() !== '' && !this.sending.busy);

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.now = (await call(secondFactorEndpoints.waiting, {})).waiting;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Whether they are in. */
  async showCode(): Promise<boolean> {
    const { code } = this;
    const done = await this.sending.send(() => call(secondFactorEndpoints.showCode, { code }));
    this.code = '';
    return done !== null;
  }

  /** Whether they are in. */
  async showPasskey(): Promise<boolean> {
    const show = async () => call(secondFactorEndpoints.showPasskey, { passkey: await shownPasskey() });
    return (await this.sending.send(show)) !== null;
  }
}
