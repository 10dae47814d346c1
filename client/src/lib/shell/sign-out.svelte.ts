import type { Unsent } from '#lib/realtime/unsent.svelte.ts';
import type { OnThisComputer } from './on-this-computer.svelte.ts';
import type { RememberedPerson } from './remembered-person.ts';

type SignOutParts = {
  onThisComputer: Pick<OnThisComputer, 'look' | 'leave'>;
  remembered: Pick<RememberedPerson, 'forget'>;
  /** Ends the session; answers where to go then. Rejects with `ApiError`. */
  end: () => Promise<string>;
  go: (address: string) => void;
  /** Resolves after a moment in which the last keystrokes may reach the server. */
  moment?: () => Promise<void>;
};

/** Leaving on purpose: what is on this computer goes with the person, but nothing of theirs is lost unasked. */
export class SignOut {
  /** What only this computer has, while the person is asked what to do with it. */
  asking = $state.raw<readonly Unsent[] | null>(null);
  readonly #parts: Required<SignOutParts>;

  constructor({ moment = aSecond, ...parts }: SignOutParts) {
    this.#parts = { ...parts, moment };
  }

  /** Signs out, unless something has to be asked first. Rejects with `ApiError`. */
  async begin(): Promise<void> {
    const { onThisComputer, moment } = this.#parts;
    let unsent = await onThisComputer.look();
    if (unsent.length > 0) {
      await moment();
      unsent = await onThisComputer.look();
    }
    if (unsent.length > 0) this.asking = unsent;
    else await this.leave('goes');
  }

  /** Signs out; what the server does not have stays here for this person, or goes. Rejects with `ApiError`. */
  async leave(unsent: 'stays' | 'goes'): Promise<void> {
    const { end, onThisComputer, remembered, go } = this.#parts;
    // The server first: who cannot sign out has lost nothing.
    const next = await end();
    await onThisComputer.leave(unsent);
    remembered.forget();
    go(next);
  }

  stay(): void {
    this.asking = null;
  }
}

const aSecond = () => new Promise<void>((resolve) => setTimeout(resolve, 1000));
