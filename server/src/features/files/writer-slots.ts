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

  /** Resolves to what gives the place back. */
  async enter(person: string): Promise<() => void> {
    if (this.#hasRoomFor(person)) this.#take(person);
    else await new Promise<void>((enter) => this.#waiting.push({ person, enter }));
    let isInside = true;
    return () => {
      if (isInside) this.#leave(person);
      isInside = false;
    };
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
