import { chartTimeOf } from '@cobench/shared/runs/chart-time';
import type { MetricEvent, RunEvent } from '@cobench/shared/runs/run-event';
import type { RunMetric } from '@cobench/shared/runs/telemetry';
import type { Span } from '#lib/charts/plot.ts';
import { Zoom } from '#lib/charts/zoom.svelte.ts';
import { MetricColumns, type WantedTime } from './metric-columns.svelte.ts';

/** How much of the newest is shown while one follows. */
export const windows = [
  { value: 'all', label: 'All', length: Infinity },
  { value: '10min', label: '10 min', length: 600_000 },
  { value: '1min', label: '1 min', length: 60_000 },
] as const;
export type Window = (typeof windows)[number]['value'];

/** What is measured in a run: a summary of each metric, and the columns of those that are drawn. */
export class RunTelemetry {
  metrics = $state.raw<readonly RunMetric[]>([]);
  /** The names of those that are drawn. */
  chosen = $state.raw<readonly string[]>([]);
  followed = $state<Window>('all');
  readonly zoom = new Zoom();
  readonly #runId: string;
  /** By name, whatever a metric is called. */
  readonly #columns = Object.create(null) as Record<string, MetricColumns>;
  /** As many as are wanted, in the order of the metrics: the first one while nobody has chosen. */
  readonly shown = $derived.by(() => {
    const chosen = this.metrics.filter(({ name }) => this.chosen.includes(name));
    return chosen.length === 0 ? this.metrics.slice(0, 1) : chosen;
  });
  readonly window = $derived.by(() => windows.find(({ value }) => value === this.followed)?.length ?? Infinity);
  /** From the first to the last point of all metrics. */
  readonly full = $derived.by((): Span => {
    const [first, last] = [this.metrics.map(({ firstAt }) => firstAt), this.metrics.map(({ lastAt }) => lastAt)];
    return first.length === 0
      ? { min: 0, max: 1 }
      : { min: Math.min(...first.map(Date.parse)), max: Math.max(...last.map(Date.parse)) };
  });
  readonly span = $derived.by(() => this.zoom.span(this.full, this.window));
  /** Null while one follows: what a chosen part is does not depend on what is measured meanwhile. */
  readonly #chosenSpan = $derived.by(() => (this.zoom.following ? null : this.span));

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Takes over what was measured so far; what is drawn is fetched anew. */
  open(metrics: readonly RunMetric[]): void {
    this.metrics = metrics;
    for (const columns of Object.values(this.#columns)) void columns.fetch();
  }

  /** Takes in what has just happened. */
  append(events: readonly RunEvent[]): void {
    const measured = Map.groupBy(
      events.filter((event) => event.kind === 'metric'),
      ({ name }) => name,
    );
    if (measured.size === 0) return;
    const known = this.metrics.map((metric) => grown(metric, measured.get(metric.name) ?? []));
    const first = [...measured].filter(([name]) => !known.some((metric) => metric.name === name));
    this.metrics = [...known, ...first.flatMap(([, points]) => begun(points))];
    for (const [name, points] of measured) this.#columns[name]?.append(points);
  }

  /** The columns of a metric, made when they are first asked for. */
  columnsOf(name: string): MetricColumns {
    return (this.#columns[name] ??= new MetricColumns(this.#runId, name));
  }

  /** The time that charts need now; reading it in an effect asks again only where another part is looked at. */
  wanted(newest: () => number): WantedTime {
    if (this.#chosenSpan !== null) return { from: this.#chosenSpan.min, to: this.#chosenSpan.max, keep: null };
    if (this.window === Infinity) return { from: null, to: null, keep: null };
    return { from: newest() - this.window, to: null, keep: this.window };
  }

  isShown(name: string): boolean {
    return this.shown.some((metric) => metric.name === name);
  }

  /** Draws a metric, or stops drawing it; one is always drawn. */
  toggle(name: string): void {
    const shown = this.shown.map((metric) => metric.name);
    const next = shown.includes(name) ? shown.filter((other) => other !== name) : [...shown, name];
    if (next.length > 0) this.chosen = next;
  }

  follow(window: Window = this.followed): void {
    this.followed = window;
    this.zoom.follow();
  }

  leave(): void {
    for (const columns of Object.values(this.#columns)) columns.leave();
  }
}

/** A metric that is measured for the first time. */
function begun(points: readonly MetricEvent[]): RunMetric[] {
  const [first, ...others] = points;
  if (first === undefined) return [];
  const { name, unit, value } = first;
  const at = timeOf(first);
  return [grown({ name, unit, count: 1, firstAt: at, lastAt: at, lastValue: value }, others)];
}

/** The metric with more points; it is called by its newest unit. */
function grown(metric: RunMetric, points: readonly MetricEvent[]): RunMetric {
  return points.reduce((known, point) => {
    const [at, count] = [timeOf(point), known.count + 1];
    const newest = at >= known.lastAt ? { lastAt: at, lastValue: point.value } : {};
    return { ...known, ...newest, unit: point.unit, count, firstAt: at < known.firstAt ? at : known.firstAt };
  }, metric);
}

const timeOf = (point: MetricEvent): string => new Date(chartTimeOf(point)).toISOString();
