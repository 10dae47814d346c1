import { Submission } from '#lib/api/submission.svelte.ts';
import { problemOf } from '#lib/api/problem.ts';

/** Does it, once whoever sits here has confirmed that it is they where that is wanted. */
export type WhenSure = <T>(work: () => Promise<T>) => Promise<T>;

/** Asks whoever sits here to show that it is they, where the server wants to be sure of that. */
export class Confirmation {
  /** Whether the question is open. */
  asking = $state(false);
  readonly sending = new Submission();
  #answer: ((confirmed: boolean) => void) | null = null;

  /** Does it, once they have confirmed where that is wanted. Rejects as `work` does, also where they did not. */
  async whenSure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (problemOf(error).type !== 'confirmation.required' || !(await this.#ask())) throw error;
    }
    return work();
  }

  /** Shows what they have; the question closes where that was right. */
  async show(proof: () => Promise<unknown>): Promise<void> {
    if ((await this.sending.send(proof)) !== null) this.answer(true);
  }

  /** Closes the question: goes on with what asked for it, or not. */
  answer(confirmed: boolean): void {
    this.asking = false;
    this.sending.problem = null;
    this.#answer?.(confirmed);
    this.#answer = null;
  }

  #ask(): Promise<boolean> {
    this.answer(false);
    this.asking = true;
    return new Promise((resolve) => (this.#answer = resolve));
  }
}
