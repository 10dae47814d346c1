import type { MetricEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Series } from '@cobench/shared/series/series';
import type { DomainEvents } from '../../domain-events.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { newId } from '../../platform/new-id.ts';
import { judge } from './judge.ts';
import type { Chart, SpcRepo } from './series.repo.ts';

type Deps = { repo: SpcRepo; events: DomainEvents };
type Batch = { orgId: string; seriesId: string; run: Run; metrics: readonly MetricEvent[] };

/** How often a batch looks again after another process was faster. */
const attempts = 100;

/**
 * Feeds every series from the metrics of its runs. Whoever records a batch waits for this: when the batch is
 * acknowledged, its points, verdicts and alerts are stored. Taking the same batch twice changes nothing.
 */
export function feedSeries({ repo, events }: Deps): void {
  const turn = inTurn();

  events.on('run.recorded', async ({ orgId, run, events: recorded }) => {
    const metrics = recorded.filter((event) => event.kind === 'metric');
    if (metrics.length === 0) return;
    const fed = await repo.series.fedBy(orgId, run, [...new Set(metrics.map(({ name }) => name))]);
    const batches = fed.map(({ id, metric }) => {
      const own = metrics.filter(({ name }) => name === metric);
      return turn(id, () => take({ orgId, seriesId: id, run, metrics: own }));
    });
    await Promise.all(batches);
  });

  async function take(batch: Batch): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) if (await settled(batch)) return;
    throw new Error(`Series ${batch.seriesId} changes too fast to take the events of run ${batch.run.id}.`);
  }

  /** Whether the batch is in the series now; if not, another process changed the series meanwhile. */
  async function settled({ orgId, seriesId, run, metrics }: Batch): Promise<boolean> {
    const chart = await repo.series.chart(orgId, seriesId);
    const [first, last] = [metrics.at(0), metrics.at(-1)];
    if (!chart || !first || !last) return true;
    const taken = await repo.points.taken(orgId, seriesId, { runId: run.id, first: first.seq, last: last.seq });
    const fresh = metrics.filter(({ seq }) => !taken.has(seq));
    if (fresh.length === 0) return true;

    const baseline = await baselineFor(orgId, chart, fresh.length);
    const growth = judge(chart, { run, metrics: fresh, baseline, newId });
    const grown = await repo.grow(orgId, chart, growth);
    if (!grown) return false;
    await Promise.all([
      ...grown.alerts.map((alert) => events.publish({ type: 'alert.changed', orgId, alert })),
      events.publish({ type: 'series.grew', orgId, seriesId, projectId: run.projectId, points: growth.points }),
      events.publish({ type: 'series.changed', orgId, series: grown.series }),
    ]);
    return true;
  }

  /** The values that, with those that arrive now, complete the baseline; none where they do not, or it is complete. */
  async function baselineFor(orgId: string, { series }: Chart, arriving: number): Promise<number[]> {
    if (!completesBaseline(series, arriving)) return [];
    const points = await repo.points.newest(orgId, series.id, series.pointCount);
    return points.map(({ value }) => value);
  }
}

const completesBaseline = ({ limits, limitSource, pointCount }: Series, arriving: number): boolean =>
  limits === null && limitSource.from === 'baseline' && pointCount + arriving >= limitSource.points;
