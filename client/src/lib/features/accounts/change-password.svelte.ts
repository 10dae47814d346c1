import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { WhenSure } from '#lib/shell/confirmation.svelte.ts';

/** The password of whoever signs in with an account of Cobench. */
export class ChangePassword {
  /** The address of the account; null where there is none, undefined while nobody knows. */
  email = $state<string | null | undefined>();
  current = $state('');
  password = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.current !== '' && this.password !== '' && !this.sending.busy);

  readonly #whenSure: WhenSure;

  /** Who has a second factor may be asked for it first. */
  constructor(whenSure: WhenSure) {
    this.#whenSure = whenSure;
  }

  /** Without an answer there is nothing to change. */
  async load(): Promise<void> {
    try {
      this.email = (await call(accountEndpoints.mine, {})).email;
    } catch (error) {
      problemOf(error);
    }
  }

  /** Whether it is changed. */
  async submit(): Promise<boolean> {
    const { current, password } = this;
    const done = await this.sending.send(() =>
      this.#whenSure(() => call(accountEndpoints.changePassword, { current, password })),
    );
    if (done) this.current = this.password = '';
    return done !== null;
  }
}
