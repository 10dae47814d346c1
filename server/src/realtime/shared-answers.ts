import type { Clock } from '../platform/clock.ts';

/** An answer, and when it was asked for, in milliseconds. */
export type Dated<T> = { value: T; asOf: number };

/** Answers a question about several subjects at once, each by its name. */
type Question<T> = (subjects: readonly string[]) => Promise<(subject: string) => T>;

/** `wanted`: somebody has asked since, or this is what they asked for. */
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
    const now = this.#clock().getTime();
    const known = this.#kinds.get(kind)?.get(subject);
    if (known && now - known.at < this.#freshMs) known.wanted = true;
    const { at, answer } = known && now - known.at < this.#freshMs ? known : this.#askAll(kind, subject, question);
    return { value: (await answer)(subject), asOf: at };
  }

  /** Something has changed: no answer counts that was asked for before. */
  forget(): void {
    this.#kinds.clear();
  }

  #askAll(kind: string, subject: string, question: Question<T>): Asked<T> {
    const at = this.#clock().getTime();
    if (this.#kinds.size > many) this.#forgetOld(at);
    const subjects = this.#kinds.get(kind) ?? new Map<string, Asked<T>>();
    this.#kinds.set(kind, subjects);
    const others = [...subjects].filter(([other, { wanted }]) => wanted && other !== subject).slice(0, atOnce - 1);
    this.#dropOld(subjects, at);
    const together = [subject, ...others.map(([other]) => other)];
    const answer = question(together);
    for (const one of together) subjects.set(one, { at, answer, wanted: one === subject });
    answer.catch(() => {
      for (const one of together) if (subjects.get(one)?.answer === answer) subjects.delete(one);
    });
    return { at, answer, wanted: true };
  }

  #forgetOld(now: number): void {
    for (const [kind, subjects] of this.#kinds) {
      this.#dropOld(subjects, now);
      if (subjects.size === 0) this.#kinds.delete(kind);
    }
  }

  #dropOld(subjects: Map<string, Asked<T>>, now: number): void {
    for (const [subject, { at }] of subjects) if (now - at >= this.#freshMs) subjects.delete(subject);
  }
}
