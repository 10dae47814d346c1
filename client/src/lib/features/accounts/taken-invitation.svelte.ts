import type { Problem } from '@cobench/shared/errors';
import { accountEndpoints, type OpenedInvitation } from '@cobench/shared/identity/accounts';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import type { SignInStep } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** An invitation as whoever followed its link takes it up. */
export class TakenInvitation {
  /** What it is to; null while that is not known. */
  opened = $state.raw<OpenedInvitation | null>(null);
  problem = $state.raw<Problem | null>(null);
  name = $state('');
  password = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && this.password !== '' && !this.sending.busy);
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async open(): Promise<void> {
    this.problem = null;
    try {
      this.opened = await call(accountEndpoints.openInvitation, { token: this.#token });
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Makes an account; how far they came, null where there is none. */
  async register(): Promise<SignInStep | null> {
    const given = { token: this.#token, name: this.name, password: this.password };
    return (await this.sending.send(() => call(accountEndpoints.register, given)))?.step ?? null;
  }

  /** Joins as whoever is signed in, and goes to work there; whether that was done. */
  async join(): Promise<boolean> {
    const joined = await this.sending.send(async () => {
      const { organisationId } = await call(accountEndpoints.join, { token: this.#token });
      await call(identityEndpoints.switchOrganisation, { organisationId });
      return true;
    });
    return joined ?? false;
  }
}
