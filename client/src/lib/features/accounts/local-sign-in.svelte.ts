import { accountEndpoints } from '@cobench/shared/identity/accounts';
import type { SignInStep } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Signing in with e-mail and password. */
export class LocalSignIn {
  email = $state('');
  password = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.email.trim() !== '' && this.password !== '' && !this.sending.busy);

  constructor(email = '') {
    this.email = email;
  }

  /** How far they came; null where the password was wrong and is to be typed again. */
  async submit(): Promise<SignInStep | null> {
    const { email, password } = this;
    const done = await this.sending.send(() => call(accountEndpoints.signIn, { email, password }));
    this.password = '';
    return done?.step ?? null;
  }
}
