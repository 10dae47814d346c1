import type { Telemetry } from '@cobench/shared/runs/endpoints';
import type { RunEvent } from '@cobench/shared/runs/run-event';

/** The most points of one metric that are shown at once. */
const longestSeries = 5000;
/** How far back is looked, in events: what bounds the memory and time of one answer. */
const horizon = 100_000;

/**
 * The newest points of each metric, oldest first, metrics by name, and the newest number seen; read from batches that
 * come newest first.
 */
export async function collectTelemetry(
  batches: AsyncIterable<RunEvent[]>,
): Promise<{ metrics: Telemetry[]; lastSeq: number }> {
  const metrics = new Map<string, Telemetry>();
  let looked = 0;
  let lastSeq = 0;
  for await (const batch of batches) {
    lastSeq = Math.max(lastSeq, batch.at(-1)?.seq ?? 0);
    for (const event of batch.toReversed()) if (event.kind === 'metric') take(metrics, event);
    looked += batch.length;
    if (looked >= horizon) break;
  }
  const found = [...metrics.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { metrics: found.map((metric) => ({ ...metric, points: metric.points.toReversed() })), lastSeq };
}

function take(metrics: Map<string, Telemetry>, event: Extract<RunEvent, { kind: 'metric' }>): void {
  const { name, unit, seq, value } = event;
  // The newest event comes first and names the unit.
  const metric = metrics.get(name) ?? { name, unit, points: [] };
  metrics.set(name, metric);
  if (metric.points.length < longestSeries) metric.points.push({ seq, at: event.observedAt ?? event.at, value });
}
