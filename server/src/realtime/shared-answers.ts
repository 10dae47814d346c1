import type { Clock } from '../platform/clock.ts';

/** An answer, and when it was asked for, in milliseconds. */
export type Dated<T> = { value: T; asOf: number };

/** Answers a question about several subjects at once, each by its name. */
type Question<T> = (subjects: readonly string[]) => Promise<(subject: string) => T>;

/** `wanted`: somebody has asked for this very answer, and not only for another of the same question. */
type Asked<T> = { at: number; answer: Promise<(subject: string) => T>; wanted: boolean };

/** Subjects that are asked about in one question. */
const atOnce = 500;
/** Beyond so many kinds of questions, answers that are too old to be used are thrown away. */
const many = 1000;

/**
 * Asks once for everybody who asks the same within a while: a person's tabs, all at once, about one session. And since who
 * has asked about something will ask again, every question is also about all those subjects of its kind that somebody has
 * asked about since the last: a hundred open documents cost one question, not a hundred.
 */
export class SharedAnswers<T> {
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #kinds = new Map<string, Map<string, Asked<T>>>();

  /** An answer is used for `freshMs` after it was asked for. */
  constructor({ clock, freshMs }: { clock: Clock; freshMs: number }) {
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  async ask(kind: string, subject: string, question: Question<T>): Promise<Dated<T>> {
    const known = this.#kinds.get(kind)?.get(subject);
    const asked = known && this.#isFresh(known) ? known : this.#askAll(kind, subject, question);
    asked.wanted = true;
    return { value: (await asked.answer)(subject), asOf: asked.at };
  }

  /** Something has changed: no answer counts that was asked for before. */
  forget(): void {
    this.#kinds.clear();
  }

  #askAll(kind: string, subject: string, question: Question<T>): Asked<T> {
    if (this.#kinds.size > many) this.#forgetOld();
    const subjects = this.#kinds.get(kind) ?? new Map<string, Asked<T>>();
    this.#kinds.set(kind, subjects);
    const others = [...subjects].filter(([other, { wanted }]) => wanted && other !== subject).slice(0, atOnce - 1);
    this.#dropOld(subjects);
    const together = [subject, ...others.map(([other]) => other)];
    const at = this.#clock().getTime();
    const answer = question(together);
    const asked = { at, answer, wanted: false };
    subjects.set(subject, asked);
    for (const [other] of others) subjects.set(other, { at, answer, wanted: false });
    answer.catch(() => {
      for (const one of together) if (subjects.get(one)?.answer === answer) subjects.delete(one);
    });
    return asked;
  }

  #isFresh({ at }: Asked<T>): boolean {
    return this.#clock().getTime() - at < this.#freshMs;
  }

  #forgetOld(): void {
    for (const [kind, subjects] of this.#kinds) {
      this.#dropOld(subjects);
      if (subjects.size === 0) this.#kinds.delete(kind);
    }
  }

  #dropOld(subjects: Map<string, Asked<T>>): void {
    for (const [subject, asked] of subjects) if (!this.#isFresh(asked)) subjects.delete(subject);
  }
}
