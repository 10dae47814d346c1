/**
 * Lets so much through a second, and as much at once after a rest. Whoever has credit may take more than it is and pay
 * back by waiting: so nothing is too large to ever pass.
 */
export class TokenBucket {
  readonly #perSecond: number;
  #credit: number;
  #at: number;

  /** `now` in milliseconds, here and below. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#credit = perSecond;
    this.#at = now;
  }

  /** Milliseconds until something may be taken; 0: at once. */
  waitMs(now: number): number {
    this.#fill(now);
    return this.#credit >= 1 ? 0 : ((1 - this.#credit) / this.#perSecond) * 1000;
  }

  take(amount: number, now: number): void {
    this.#fill(now);
    this.#credit -= amount;
  }

  isFull(now: number): boolean {
    this.#fill(now);
    return this.#credit >= this.#perSecond;
  }

  #fill(now: number): void {
    // A clock that was set back gives nothing, and takes nothing.
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#credit = Math.min(this.#perSecond, this.#credit + seconds * this.#perSecond);
  }
}
