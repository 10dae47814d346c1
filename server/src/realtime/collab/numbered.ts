/** Small numbers for things, from 0, in the order in which they came. */
export class Numbered<T> {
  readonly #things: T[] = [];
  readonly #numbers = new Map<T, number>();

  /** The number of a thing, which it gets where it has none. */
  take(thing: T): number {
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    const number = this.#things.push(thing) - 1;
    this.#numbers.set(thing, number);
    return number;
  }

  at(number: number): T | undefined {
    return this.#things[number];
  }

  /** All of them, by number. */
  get all(): readonly T[] {
    return this.#things;
  }
}
