/** How often what others write is taken into a document under fire: often enough to look live, seldom enough to type. */
const beatMs = 50;

type RhythmParts = {
  /** Takes everything that waits, in the order it came. */
  play: (waiting: (() => void)[]) => void;
  now?: () => number;
};

/**
 * Takes what comes at once while little comes, and at most every 50 ms while much does: what fifty people type between
 * two beats becomes one change of the page instead of a dozen.
 */
export class Rhythm {
  readonly #play: (waiting: (() => void)[]) => void;
  readonly #now: () => number;
  #waiting: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last = -Infinity;

  constructor({ play, now = () => performance.now() }: RhythmParts) {
    this.#play = play;
    this.#now = now;
  }

  add(take: () => void): void {
    this.#waiting.push(take);
    if (this.#timer !== null) return;
    const rest = this.#last + beatMs - this.#now();
    if (rest <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), rest);
  }

  /** Takes what waits now: before something that has to come after it. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#play(waiting);
    this.#last = this.#now();
  }
}
