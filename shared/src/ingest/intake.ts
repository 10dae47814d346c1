import type { ReportedEvent } from '../runs/run-event.ts';

/** More is reported than can be sent, and the program that reports does not wait. */
export class IngestOverflow extends Error {
  override readonly name = 'IngestOverflow';
}

type Waiting = { event: ReportedEvent; resolve: () => void; reject: (error: Error) => void };
type Limits = {
  /** The most events that are held, those under way included. */
  most: number;
  /** The most reports that wait for room. */
  mostWaiting: number;
};

/** Events on their way to a batch, in the order they were reported; never more than a fixed number in memory. */
export class Intake {
  readonly #limits: Limits;
  readonly #waiting: Waiting[] = [];
  #pending: ReportedEvent[] = [];
  #underWay = 0;
  #reported = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Events that no batch has taken yet. */
  get pending(): number {
    return this.#pending.length;
  }

  /** How many events were reported so far, those that wait included. */
  get reported(): number {
    return this.#reported;
  }

  /** Resolves when there is room for it. @throws IngestOverflow where too many wait for room already. */
  async add(event: ReportedEvent): Promise<void> {
    if (this.#hasRoom() && this.#waiting.length === 0) {
      this.#reported++;
      this.#pending.push(event);
      return;
    }
    if (this.#waiting.length >= this.#limits.mostWaiting) {
      throw new IngestOverflow('More is reported than can be sent: wait for each report before the next.');
    }
    this.#reported++;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
    });
  }

  /** The oldest events, as many as a batch takes; they count until they are `stored`. */
  take(most: number): ReportedEvent[] {
    const taken = this.#pending.slice(0, most);
    this.#pending = this.#pending.slice(most);
    this.#underWay += taken.length;
    return taken;
  }

  /** So many events are safe with the server: others get their room. */
  stored(count: number): void {
    this.#underWay -= count;
    while (this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#pending.push(next.event);
      next.resolve();
    }
  }

  /** Lets go of everything: nobody will take it. */
  giveUp(reason: Error): void {
    this.#pending = [];
    this.#underWay = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #hasRoom(): boolean {
    return this.#pending.length + this.#underWay < this.#limits.most;
  }
}
