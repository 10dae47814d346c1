import type { WatchAnswer } from '@cobench/shared/realtime/live';

/** What a watcher of one run or one series is told. */
export type Watcher<T> = {
  /** The last number already seen. */
  after: number;
  /** New items, in order, each handed out once. */
  onitems: (items: T[]) => void;
  /** Too much was missed to be sent: fetch everything again. Answers the number that is then seen. */
  onreload: () => Promise<number>;
  /** It does not exist, or may not be seen any more. */
  onlost?: () => void;
};

/**
 * Turns "what was missed" and "what arrives live" into one gapless sequence. Live items that arrive before the answer
 * to `ask` wait for it; a number that was seen is dropped; a gap asks again.
 */
export class CatchUp<T> {
  #last: number;
  #asking = 0;
  #waiting: T[] = [];
  #caughtUp = false;
  readonly #watcher: Watcher<T>;
  readonly #numberOf: (item: T) => number;
  readonly #ask: (after: number, answer: (answer: WatchAnswer<T>) => void) => void;

  constructor(
    watcher: Watcher<T>,
    {
      numberOf,
      ask,
    }: { numberOf: (item: T) => number; ask: (after: number, answer: (answer: WatchAnswer<T>) => void) => void },
  ) {
    this.#watcher = watcher;
    this.#last = watcher.after;
    this.#numberOf = numberOf;
    this.#ask = ask;
  }

  /** Asks for what came after the last number seen: at the start, after each reconnect, and after a gap. */
  start(): void {
    const turn = ++this.#asking;
    this.#caughtUp = false;
    this.#ask(this.#last, (answer) => {
      if (turn === this.#asking) void this.#resume(answer, turn);
    });
  }

  /** No answer that is still under way will be heard. */
  stop(): void {
    this.#asking++;
    this.#caughtUp = false;
    this.#waiting = [];
  }

  /** Items that arrived live. */
  receive(items: T[]): void {
    if (!this.#caughtUp) this.#waiting.push(...items);
    else this.#handOut(items);
  }

  async #resume(answer: WatchAnswer<T>, turn: number): Promise<void> {
    if (!answer.ok) {
      this.stop();
      this.#watcher.onlost?.();
      return;
    }
    if ('reload' in answer) {
      const seen = await this.#watcher.onreload();
      if (turn !== this.#asking) return;
      this.#last = seen;
      // What was written between the answer and the reload is asked for like any other gap.
      this.start();
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#caughtUp = true;
    this.#handOut([...answer.missed, ...waiting]);
  }

  #handOut(items: T[]): void {
    const fresh: T[] = [];
    for (const item of items) {
      const number = this.#numberOf(item);
      if (number <= this.#last) continue;
      if (number > this.#last + 1) {
        this.#deliver(fresh);
        this.start();
        return;
      }
      this.#last = number;
      fresh.push(item);
    }
    this.#deliver(fresh);
  }

  #deliver(items: T[]): void {
    if (items.length > 0) this.#watcher.onitems(items);
  }
}
