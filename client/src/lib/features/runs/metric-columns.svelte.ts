import { chartTimeOf } from '@cobench/shared/runs/chart-time';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { MetricEvent } from '@cobench/shared/runs/run-event';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { mostColumns, withPoints, type Columns } from '#lib/charts/columns.ts';

/**
 * Which time is wanted, in milliseconds; null: from the first point, or to the newest as it comes. Of what comes so much
 * is kept as `keep` says; null: everything.
 */
export type WantedTime = { from: number | null; to: number | null; keep: number | null };
type Point = { seq: number; at: number; value: number };

/** Milliseconds that a view has to stand still before it is asked for. */
const stillFor = 120;

/** One metric of a run in columns for the time that is looked at: fetched, then kept up with what is measured. */
export class MetricColumns {
  shown = $state.raw<Columns>({ columns: [], width: 0 });
  /** Why the time that is wanted could not be fetched. */
  problem = $state<string | null>(null);
  loading = $state(false);
  readonly #runId: string;
  readonly #name: string;
  #wanted: WantedTime | null = null;
  #under: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Points that arrived while an answer is under way that may not hold them. */
  #heard: Point[] = [];
  #fetched = false;

  constructor(runId: string, name: string) {
    this.#runId = runId;
    this.#name = name;
  }

  /** Shows another time: at once where nothing is shown yet, otherwise as soon as the view stands still. */
  want(wanted: WantedTime): void {
    this.#wanted = wanted;
    clearTimeout(this.#timer);
    if (!this.#fetched) void this.fetch();
    else this.#timer = setTimeout(() => void this.fetch(), stillFor);
  }

  /** Fetches what is wanted, if anything is; a request that is still under way is given up. */
  async fetch(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return;
    this.leave();
    const under = new AbortController();
    this.#under = under;
    this.#heard = [];
    this.loading = true;
    try {
      const span = { from: instant(wanted.from), to: instant(wanted.to) };
      const input = { id: this.#runId, metric: this.#name, ...span, columns: mostColumns };
      const { columns, width, exact, lastSeq } = await call(runEndpoints.telemetryColumns, input, under);
      if (under !== this.#under) return;
      const fetched = columns.map((column) => ({ ...column, at: Date.parse(column.at) }));
      const fresh = this.#heard.filter(({ seq }) => seq > lastSeq);
      this.shown = withPoints({ columns: fetched, width: exact ? 0 : width }, within(fresh, wanted));
      this.#fetched = true;
      this.problem = null;
    } catch (error) {
      if (under.signal.aborted) return;
      const { title, detail } = problemOf(error);
      this.problem = detail ?? title;
    } finally {
      if (under === this.#under) {
        this.#under = null;
        this.loading = false;
      }
    }
  }

  /** Takes in what has just been measured. */
  append(measured: readonly MetricEvent[]): void {
    const points = measured.map((point) => ({ seq: point.seq, at: chartTimeOf(point), value: point.value }));
    if (this.#under !== null) this.#heard.push(...points);
    const fresh = this.#wanted === null || !this.#fetched ? [] : within(points, this.#wanted);
    if (fresh.length > 0) this.shown = withPoints(this.#kept(fresh), fresh);
  }

  /** What is still to be seen when these points have come, and as much again to pan back to. */
  #kept(fresh: readonly Point[]): Columns {
    const keep = this.#wanted?.keep ?? null;
    if (keep === null) return this.shown;
    const { columns, width } = this.shown;
    const oldest = (fresh.at(-1)?.at ?? 0) - 2 * keep;
    return (columns[0]?.at ?? 0) >= oldest - keep
      ? this.shown
      : { columns: columns.filter(({ at }) => at >= oldest), width };
  }

  /** Nothing that is under way is waited for any more. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#under?.abort();
    this.#under = null;
  }
}

const instant = (at: number | null): string | undefined =>
  at === null ? undefined : new Date(Math.round(at)).toISOString();

const within = (points: readonly Point[], { from, to }: WantedTime): Point[] =>
  points.filter(({ at }) => (from === null || at >= from) && (to === null || at <= to));
