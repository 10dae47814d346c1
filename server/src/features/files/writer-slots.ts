/**
 * So many may be at it at a time, each person with at most half of the places; whoever comes then waits in turn, and
 * with them whoever sends them bytes.
 */
export class WriterSlots {
  readonly #places: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting: { person: string; enter: () => void }[] = [];
  #inside = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Resolves to what gives the place back. @throws the reason of `signal`, where that comes before there is a place */
  async enter(person: string, signal: AbortSignal): Promise<() => void> {
    if (this.#hasRoomFor(person)) this.#take(person);
    else await this.#place(person, signal);
    let isInside = true;
    return () => {
      if (isInside) this.#leave(person);
      isInside = false;
    };
  }

  #place(person: string, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const one = { person, enter };
      this.#waiting.push(one);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #hasRoomFor(person: string): boolean {
    return this.#inside < this.#places && (this.#taken.get(person) ?? 0) < Math.ceil(this.#places / 2);
  }

  #take(person: string): void {
    this.#inside++;
    this.#taken.set(person, (this.#taken.get(person) ?? 0) + 1);
  }

  #leave(person: string): void {
    this.#inside--;
    const left = (this.#taken.get(person) ?? 1) - 1;
    if (left > 0) this.#taken.set(person, left);
    else this.#taken.delete(person);
    const next = this.#waiting.findIndex((one) => this.#hasRoomFor(one.person));
    const [entering] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (!entering) return;
    this.#take(entering.person);
    entering.enter();
  }
}
