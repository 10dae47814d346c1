import type { Clock } from '../platform/clock.ts';

type Asked<T> = { at: number; answer: Promise<T> };

/** Beyond so many, answers that are too old to be used are thrown away. */
const many = 1000;

/** Asks once for everybody who asks the same within a moment: a person's tabs, all at once, about one session. */
export class SharedAnswers<T> {
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #asked = new Map<string, Asked<T>>();

  /** An answer is used for `freshMs` after it was asked for. */
  constructor({ clock, freshMs }: { clock: Clock; freshMs: number }) {
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  ask(key: string, question: () => Promise<T>): Promise<T> {
    const at = this.#clock().getTime();
    const known = this.#asked.get(key);
    if (known && at - known.at < this.#freshMs) return known.answer;
    if (this.#asked.size > many) this.#forgetOld(at);
    const asked: Asked<T> = { at, answer: question() };
    this.#asked.set(key, asked);
    asked.answer.catch(() => {
      if (this.#asked.get(key) === asked) this.#asked.delete(key);
    });
    return asked.answer;
  }

  /** Something has changed: no answer counts that was asked for before. */
  forget(): void {
    this.#asked.clear();
  }

  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#asked) if (now - at >= this.#freshMs) this.#asked.delete(key);
  }
}
