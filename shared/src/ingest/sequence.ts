type Waiting = { events: number; resolve: () => void; reject: (error: Error) => void };

/** Batches that are stored in any order: how many events are, up to the first batch that is not. */
export class Sequence {
  /** Batches that are stored before an earlier one, with the number of their events. */
  readonly #early = new Map<number, number>();
  #batches = 0;
  #events = 0;
  #waiting: Waiting[] = [];

  /** All batches up to this number are stored. */
  get batches(): number {
    return this.#batches;
  }

  add(number: number, events: number): void {
    this.#early.set(number, events);
    for (let next = this.#early.get(this.#batches + 1); next !== undefined; next = this.#early.get(this.#batches + 1)) {
      this.#early.delete(++this.#batches);
      this.#events += next;
    }
    const met = this.#waiting.filter((one) => one.events <= this.#events);
    this.#waiting = this.#waiting.filter((one) => one.events > this.#events);
    for (const { resolve } of met) resolve();
  }

  /** Resolves when the first so many events are stored. */
  async reaches(events: number): Promise<void> {
    if (events <= this.#events) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject });
    });
  }

  giveUp(reason: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
