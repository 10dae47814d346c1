import type { Telemetry } from '@cobench/shared/runs/endpoints';
import type { MetricEvent, RunEvent } from '@cobench/shared/runs/run-event';
import type { TimePoint } from '#lib/charts/time-point.ts';

export type Metric = { name: string; unit: string; points: readonly TimePoint[] };

/** So many of the newest points of each metric are kept and drawn; as many as the server answers with. */
const mostPoints = 5000;

/** The metrics of a run as they grow. */
export class RunTelemetry {
  metrics = $state.raw<readonly Metric[]>([]);
  /** The names of those that are drawn. */
  chosen = $state.raw<readonly string[]>([]);
  /** As many as are wanted, in the order of the metrics: the first one while nobody has chosen. */
  readonly shown = $derived.by(() =>
    this.chosen.length === 0 ? this.metrics.slice(0, 1) : this.metrics.filter(({ name }) => this.chosen.includes(name)),
  );

  open(metrics: readonly Telemetry[]): void {
    this.metrics = metrics.map(({ name, unit, points }) => ({
      name,
      unit,
      points: points.map(({ at, value }) => ({ at: Date.parse(at), value })),
    }));
  }

  /** Takes in what has just happened. */
  append(events: readonly RunEvent[]): void {
    const measured = events.filter((event) => event.kind === 'metric');
    if (measured.length === 0) return;
    this.metrics = this.#withNew(measured).map((metric) =>
      grown(
        metric,
        measured.filter(({ name }) => name === metric.name),
      ),
    );
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

  /** The known metrics and those that are measured for the first time. */
  #withNew(measured: readonly MetricEvent[]): Metric[] {
    const metrics = [...this.metrics];
    for (const { name, unit } of measured) {
      if (!metrics.some((metric) => metric.name === name)) metrics.push({ name, unit, points: [] });
    }
    return metrics;
  }
}

/** The metric with more points; it is called by its newest unit. */
function grown(metric: Metric, measured: readonly MetricEvent[]): Metric {
  const newest = measured.at(-1);
  if (newest === undefined) return metric;
  const points = measured.map(({ at, observedAt, value }) => ({ at: Date.parse(observedAt ?? at), value }));
  return { ...metric, unit: newest.unit, points: [...metric.points, ...points].slice(-mostPoints) };
}
