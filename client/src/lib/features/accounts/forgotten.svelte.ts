import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Asking for a link to choose another password. */
export class Forgotten {
  email = $state('');
  /** To whom a link was sent, if there is an account. */
  sentTo = $state<string | null>(null);
  readonly sending = new Submission();

  async submit(): Promise<void> {
    const { email } = this;
    if (await this.sending.send(() => call(accountEndpoints.forgot, { email }))) this.sentTo = email;
  }
}

/** Choosing another password with a mailed link. */
export class OtherPassword {
  password = $state('');
  readonly sending = new Submission();
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Whether it is chosen. */
  async submit(): Promise<boolean> {
    const given = { token: this.#token, password: this.password };
    return (await this.sending.send(() => call(accountEndpoints.reset, given))) !== null;
  }
}
