import { maxTimeExpired } from '../language/errors.ts';

const STRIDE = 64;

/** The time a command may take (`maxTimeMS`). A cursor keeps one, and the time between its batches does not count. */
export class Deadline {
  #left: number;
  #until = Number.POSITIVE_INFINITY;
  #calls = 0;

  constructor(milliseconds: number | undefined) {
    this.#left = milliseconds || Number.POSITIVE_INFINITY; // 0 means no limit
  }

  resume(): void {
    this.#until = performance.now() + this.#left;
  }

  pause(): void {
    this.#left = this.#until - performance.now();
  }

  /** Throws MaxTimeMSExpired. Cheap: it looks at the clock now and then. */
  readonly check = (): void => {
    if (++this.#calls % STRIDE === 0) this.checkNow();
  };

  /** Throws MaxTimeMSExpired. */
  readonly checkNow = (): void => {
    if (this.#left !== Number.POSITIVE_INFINITY && performance.now() > this.#until)
      throw maxTimeExpired('operation exceeded time limit');
  };
}
