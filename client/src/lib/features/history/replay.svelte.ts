import type { Problem } from '@cobench/shared/errors';
import { historyEndpoints } from '@cobench/shared/history/history';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { DocumentRef } from './document-owner.ts';
import { ReplayDocument } from './replay-document.ts';

export const speeds = [1, 2, 5, 10, 50] as const;
export type Speed = (typeof speeds)[number];

/** Milliseconds: nobody watches longer pauses, so a longer one takes this long. */
const longestPauseMs = 700;
/** A pause that is told: the work was put aside. */
const toldPauseMs = 10 * 60_000;
/** So many changes are shown in the colour of who made them. */
const freshChanges = 24;
const pageSize = 1000;

/** Plays what happened to a document, change by change. The clock is told from outside, by `tick`. */
export class Replay {
  readonly #document: DocumentRef;
  readonly #past = new ReplayDocument();
  /** The change that is shown; -1 is the empty document before the first. */
  position = $state(-1);
  playing = $state(false);
  speed = $state<Speed>(5);
  /** Changes that are here, and how far the history goes. */
  loaded = $state(0);
  /** Of the records, how many are here: 0 to 1. */
  share = $state(0);
  problem = $state.raw<Problem | null>(null);
  #waited = 0;
  #seq = 0;

  // A state that is shown does not change while more of the history comes: nothing here depends on how much is there.
  readonly blocks = $derived.by(() => this.#past.blocks(this.position, freshChanges));
  readonly title = $derived.by(() => this.#past.title(this.position));
  readonly now = $derived.by(() => this.#past.moment(this.position));
  readonly atEnd = $derived(this.share === 1 && this.position >= this.loaded - 1);
  /** Milliseconds in which nothing happened before the change that is shown; null where it came right after the last. */
  readonly pause = $derived.by(() => {
    const gap = this.#gap(this.position);
    return gap >= toldPauseMs ? gap : null;
  });

  constructor(document: DocumentRef) {
    this.#document = document;
  }

  get people() {
    return this.#past.people;
  }

  /** Fetches all changes, page by page; what is here can be played meanwhile. */
  async load(signal: AbortSignal): Promise<void> {
    const { kind, id } = this.#document;
    this.problem = null;
    try {
      for (let after = this.#seq; ; after = this.#seq) {
        const page = await call(historyEndpoints[kind].changes, { id, after, limit: pageSize }, { signal });
        this.#past.add(page);
        this.#seq = page.seq;
        this.loaded = this.#past.length;
        this.share = page.lastSeq === 0 ? 1 : page.seq / page.lastSeq;
        if (page.seq >= page.lastSeq) return;
      }
    } catch (error) {
      if (!signal.aborted) this.problem = problemOf(error);
    }
  }

  seek(position: number): void {
    this.position = Math.max(-1, Math.min(position, this.loaded - 1));
    this.#waited = 0;
  }

  /** Steps by changes; playing stops. */
  step(changes: number): void {
    this.playing = false;
    this.seek(this.position + changes);
  }

  toggle(): void {
    if (!this.playing && this.atEnd) this.seek(-1);
    this.playing = !this.playing;
  }

  /** Some milliseconds have passed. */
  tick(elapsed: number): void {
    if (!this.playing) return;
    this.#waited += elapsed * this.speed;
    let next = this.position;
    while (next < this.loaded - 1) {
      const pause = Math.min(this.#gap(next + 1), longestPauseMs);
      if (pause > this.#waited) break;
      this.#waited -= pause;
      next++;
    }
    this.position = next;
    if (this.atEnd) this.playing = false;
  }

  #gap(index: number): number {
    const [before, at] = [this.#past.moment(index - 1)?.at, this.#past.moment(index)?.at];
    return before === undefined || at === undefined ? 0 : Math.max(0, at - before);
  }
}
