import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { logLevels, type LogLevel, type RunEvent } from '@cobench/shared/runs/run-event';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { linesOf, matches, type LogLine } from './log-lines.ts';

/** So many of the newest lines are drawn; looking further back draws as many again each time. */
export const pageOfLines = 2000;
/** So many lines are kept at most. */
const mostLines = 20_000;
/** The most events one request answers with. */
const chunk = 1000;
/** One look further back ends after so many requests, however few lines it found. */
const mostRequests = 5;
const enoughLines = 200;

/**
 * The log of a run: its newest lines first of all, older ones on request. While somebody reads further up, what arrives
 * is counted instead of shown in their place.
 */
export class RunLog {
  levels = $state.raw<readonly LogLevel[]>(logLevels);
  text = $state('');
  /** Whether the newest line is kept in view. */
  following = $state(true);
  /** Lines that arrived since following stopped and that the filter shows. */
  unseen = $state(0);
  readonly loadingOlder = new Submission();
  #lines = $state.raw<readonly LogLine[]>([]);
  /** The number of the oldest event that was looked at; there is nothing before 1. */
  #oldest = $state(1);
  #drawn = $state(pageOfLines);
  readonly #runId: string;
  readonly #matching = $derived.by(() => this.#lines.filter((line) => matches(line, this)));
  /** What is drawn, oldest first. */
  readonly shown = $derived.by(() => this.#matching.slice(-this.#drawn));
  readonly hasOlder = $derived.by(() => this.#oldest > 1 || this.#matching.length > this.#drawn);
  readonly isEmpty = $derived.by(() => this.#lines.length === 0);

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Fetches the newest part of the history up to event `lastSeq`. Rejects with `ApiError`. */
  async open(lastSeq: number): Promise<void> {
    const from = Math.max(0, lastSeq - chunk);
    const events = lastSeq === 0 ? [] : await this.#fetch(from, lastSeq);
    this.#lines = linesOf(events);
    this.#oldest = from + 1;
    this.follow();
  }

  /** Takes in what has just happened. */
  append(events: readonly RunEvent[]): void {
    const fresh = linesOf(events);
    if (fresh.length === 0) return;
    this.#lines = [...this.#lines, ...fresh].slice(-mostLines);
    if (this.following) return;
    const matching = fresh.filter((line) => matches(line, this)).length;
    this.unseen += matching;
    // What is being read stays drawn.
    this.#drawn += matching;
  }

  /** Shows more of the past: what is at hand first, then what the server has. */
  async showOlder(): Promise<void> {
    this.#drawn += pageOfLines;
    if (this.#matching.length >= this.#drawn) return;
    await this.loadingOlder.send(() => this.#loadOlder());
  }

  /** Keeps the newest line in view again. */
  follow(): void {
    this.following = true;
    this.unseen = 0;
    this.#drawn = pageOfLines;
  }

  /** Somebody reads further up. */
  pause(): void {
    this.following = false;
  }

  toggle(level: LogLevel): void {
    const shown = this.levels.includes(level);
    this.levels = shown ? this.levels.filter((other) => other !== level) : [...this.levels, level];
  }

  async #loadOlder(): Promise<void> {
    let found = 0;
    for (let requests = 0; requests < mostRequests && found < enoughLines && this.#oldest > 1; requests++) {
      const before = this.#oldest;
      const from = Math.max(0, before - 1 - chunk);
      const older = linesOf(await this.#fetch(from, before - 1));
      if (before !== this.#oldest) return;
      found += older.filter((line) => matches(line, this)).length;
      this.#lines = [...older, ...this.#lines];
      this.#oldest = from + 1;
    }
  }

  /** The events after number `after` up to and with `last`, at most a thousand. */
  async #fetch(after: number, last: number): Promise<RunEvent[]> {
    const { items } = await call(runEndpoints.events, { id: this.#runId, after, limit: Math.min(chunk, last - after) });
    return items;
  }
}
