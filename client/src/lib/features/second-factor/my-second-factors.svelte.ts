import type { Problem } from '@cobench/shared/errors';
import { secondFactorEndpoints, type SecondFactors } from '@cobench/shared/identity/second-factor';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { WhenSure } from '#lib/shell/confirmation.svelte.ts';
import { madePasskey } from './passkeys-of-browser.ts';

/** How somebody signs in besides their password. What changes it may ask them first to confirm that it is they. */
export class MySecondFactors {
  mine = $state.raw<SecondFactors | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly sending = new Submission();
  /** Whether they have any; recovery codes are none by themselves. */
  readonly hasFactor = $derived.by(
    () => this.mine !== null && (this.mine.authenticatorSince !== null || this.mine.passkeys.length > 0),
  );
  readonly #whenSure: WhenSure;

  /** Who is only about to be signed in has just shown who they are, and is not asked again. */
  constructor(whenSure: WhenSure = (work) => work()) {
    this.#whenSure = whenSure;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.mine = await call(secondFactorEndpoints.mine, {});
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** A secret to be scanned; null where that failed. */
  newAuthenticator = () => this.#send(() => call(secondFactorEndpoints.newAuthenticator, {}));

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

  async #done(work: () => Promise<object>): Promise<boolean> {
    const done = (await this.#send(work)) !== null;
    if (done) await this.load();
    return done;
  }

  async #added(work: () => Promise<{ recoveryCodes: string[] }>): Promise<string[] | null> {
    const added = await this.#send(work);
    if (added) await this.load();
    return added?.recoveryCodes ?? null;
  }

  #send<T>(work: () => Promise<T>): Promise<T | null> {
    return this.sending.send(() => this.#whenSure(work));
  }
}
