import type { RunMetric } from '@cobench/shared/runs/telemetry';
import type { MetricSummary } from './telemetry.repo.ts';

/** So many metrics of a run are charted, those that were measured first. What else comes is in its history alone. */
export const mostMetrics = 1000;

/** What there is of each metric, as points are added in the order of their events. */
export function metricTally(before: readonly MetricSummary[]) {
  const known = new Map(before.map((metric) => [metric.name, { ...metric }]));
  return {
    /** Whether it is of a metric that is charted. */
    add({ name, unit }: { name: string; unit: string }, at: number, value: number): boolean {
      const metric = known.get(name);
      if (!metric) {
        if (known.size >= mostMetrics) return false;
        known.set(name, { name, unit, count: 1, firstAt: at, lastAt: at, lastValue: value });
        return true;
      }
      metric.count++;
      metric.unit = unit;
      if (at < metric.firstAt) metric.firstAt = at;
      if (at < metric.lastAt) return true;
      metric.lastAt = at;
      metric.lastValue = value;
      return true;
    },
    /** By name. */
    metrics: (): MetricSummary[] => [...known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

export const toRunMetric = ({ firstAt, lastAt, ...metric }: MetricSummary): RunMetric => ({
  ...metric,
  firstAt: new Date(firstAt).toISOString(),
  lastAt: new Date(lastAt).toISOString(),
});
