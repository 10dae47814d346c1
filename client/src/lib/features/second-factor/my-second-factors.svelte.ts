import type { Problem } from '@cobench/shared/errors';
import { secondFactorEndpoints, type SecondFactors } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { madePasskey, shownPasskey } from './passkeys-of-browser.ts';

type Proof = { password?: string; code?: string };

/** How somebody signs in besides their password. What changes it may ask them first to confirm that it is they. */
export class MySecondFactors {
  mine = $state.raw<SecondFactors | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Whether they are asked to confirm that it is they. */
  confirming = $state(false);
  readonly sending = new Submission();
  readonly confirmation = new Submission();
  #answer: ((confirmed: boolean) => void) | null = null;

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.mine = await call(secondFactorEndpoints.mine, {});
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** A secret to be scanned; null where that failed. */
  newAuthenticator = () => this.#confirmed(() => call(secondFactorEndpoints.newAuthenticator, {}));

  /** Codes to keep, none where there are some already; null where it failed. */
  async addAuthenticator(given: { secret: string; code: string }): Promise<string[] | null> {
    return this.#added(() => call(secondFactorEndpoints.addAuthenticator, given));
  }

  /** The same. */
  async addPasskey(name: string): Promise<string[] | null> {
    return this.#added(async () => call(secondFactorEndpoints.addPasskey, { name, passkey: await madePasskey() }));
  }

  /** Whether it is gone. */
  async removeAuthenticator(): Promise<boolean> {
    return this.#done(() => call(secondFactorEndpoints.removeAuthenticator, {}));
  }

  /** Whether it is gone. */
  async removePasskey(passkey: string): Promise<boolean> {
    return this.#done(() => call(secondFactorEndpoints.removePasskey, { passkey }));
  }

  /** The new codes; null where it failed. */
  async newRecoveryCodes(): Promise<string[] | null> {
    return this.#added(() => call(secondFactorEndpoints.newRecoveryCodes, {}));
  }

  /** Confirms, and goes on with what asked for it. */
  async confirm(proof: Proof): Promise<void> {
    await this.#confirm(() => call(secondFactorEndpoints.confirm, proof));
  }

  /** The same with a passkey. */
  async confirmWithPasskey(): Promise<void> {
    await this.#confirm(async () => call(secondFactorEndpoints.confirm, { passkey: await shownPasskey() }));
  }

  /** Goes on, or not. */
  answer(confirmed: boolean): void {
    this.confirming = false;
    this.confirmation.problem = null;
    this.#answer?.(confirmed);
    this.#answer = null;
  }

  async #confirm(work: () => Promise<unknown>): Promise<void> {
    if ((await this.confirmation.send(work)) !== null) this.answer(true);
  }

  async #done(work: () => Promise<object>): Promise<boolean> {
    const done = (await this.#confirmed(work)) !== null;
    if (done) await this.load();
    return done;
  }

  async #added(work: () => Promise<{ recoveryCodes: string[] }>): Promise<string[] | null> {
    const added = await this.#confirmed(work);
    if (added) await this.load();
    return added?.recoveryCodes ?? null;
  }

  async #confirmed<T>(work: () => Promise<T>): Promise<T | null> {
    const result = await this.sending.send(work);
    if (this.sending.problem?.type !== 'confirmation.required') return result;
    this.sending.problem = null;
    this.confirming = true;
    const confirmed = await new Promise<boolean>((resolve) => (this.#answer = resolve));
    return confirmed ? this.sending.send(work) : null;
  }
}
