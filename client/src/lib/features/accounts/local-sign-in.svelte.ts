import { accountEndpoints } from '@cobench/shared/identity/accounts';
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

  /** Whether they are in. A password that was wrong is to be typed again. */
  async submit(): Promise<boolean> {
    const { email, password } = this;
    const done = await this.sending.send(() => call(accountEndpoints.signIn, { email, password }));
    this.password = '';
    return done !== null;
  }
}
