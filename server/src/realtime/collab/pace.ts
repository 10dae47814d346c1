import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { maxPaceMs } from './limits.ts';

/** How often the pace is looked at, in milliseconds, and how much it then changes. */
const lookMs = 100;
const stepMs = 2;
/** The part of its time that the event loop may work before those who type wait for each other. */
const busy = 0.25;
/** Documents in a commit, on average, from which on waiting brings any together. */
const company = 1.5;

type PaceParts = { now?: () => number; utilization?: (last?: EventLoopUtilization) => EventLoopUtilization };

/**
 * How long the next commit of the log waits after the last one began. Not at all, as a rule: who types is told at once. Where
 * the event loop is busy and many documents are typed in, it waits up to a frame of a screen, which nobody sees: what is
 * written to the disk and to each socket is then written together, and a third less work in all.
 */
export class Pace {
  readonly #now: () => number;
  readonly #utilization: (last?: EventLoopUtilization) => EventLoopUtilization;
  #ms = 0;
  #beganAt = -Infinity;
  #commits = 0;
  #documents = 0;
  #lookedAt = -Infinity;
  #looked: EventLoopUtilization;

  constructor({ now = () => performance.now(), utilization = performance.eventLoopUtilization }: PaceParts = {}) {
    this.#now = now;
    this.#utilization = utilization;
    this.#looked = utilization();
  }

  /** Milliseconds from the beginning of one commit to that of the next. */
  get ms(): number {
    return this.#ms;
  }

  /** A commit begins, of so many documents. */
  begin(documents: number): void {
    this.#beganAt = this.#now();
    this.#commits++;
    this.#documents += documents;
    if (this.#beganAt - this.#lookedAt >= lookMs) this.#look();
  }

  /** Resolves when the next may begin. */
  async next(): Promise<void> {
    const left = this.#beganAt + this.#ms - this.#now();
    if (left >= 1) await new Promise<void>((resolve) => setTimeout(resolve, left));
  }

  #look(): void {
    const { utilization } = this.#utilization(this.#looked);
    const slower = utilization > busy && this.#documents > company * this.#commits;
    // After a rest nothing is known of those who type now.
    const rested = this.#beganAt - this.#lookedAt > 10 * lookMs;
    this.#ms = rested ? 0 : Math.min(Math.max(this.#ms + (slower ? stepMs : -stepMs), 0), maxPaceMs);
    this.#lookedAt = this.#beganAt;
    this.#looked = this.#utilization();
    this.#commits = 0;
    this.#documents = 0;
  }
}
