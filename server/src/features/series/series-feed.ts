import { longestBatch } from '@cobench/shared/runs/ingest';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import { fedSeries, feedOf, isFedBy, mayFeed } from './fed-series.ts';
import type { SeriesIntake } from './series-intake.ts';
import type { Chart, SpcRepo } from './series.repo.ts';

type Deps = {
  repo: SpcRepo;
  intake: SeriesIntake;
  /** A run, whoever may see it. */
  runOf: (orgId: string, id: string) => Promise<Pick<Run, 'finishedAt'> | null>;
  /** Events of a run after a number, in order. */
  eventsOf: (
    orgId: string,
    runId: string,
    range: { after: number; limit: number; upTo: number },
  ) => Promise<RunEvent[]>;
  events: DomainEvents;
  clock: Clock;
};

/** By then (milliseconds) whoever ended a run has told what it measured last. */
const tellingTakes = 15_000;
/** So many runs are remembered. */
const mostRuns = 10_000;

/**
 * Feeds every series from the metrics and results of its runs. Whoever records a batch waits for this: when the batch is
 * acknowledged, its points, verdicts and alerts are stored.
 */
export function feedSeries({ repo, intake, runOf, eventsOf, events, clock }: Deps) {
  const fedIn = fedSeries({ repo, events });
  /** By run, the number up to which its events are known to be in the series that they feed. */
  const fedUpTo = new Map<string, number>();

  /**
   * What came right before, where nobody here has brought that in: a process may have ended after it was stored, and
   * whoever sent it may send it again only after this. Bringing in twice changes nothing.
   */
  async function missing(orgId: string, run: Run, recorded: readonly RunEvent[]): Promise<readonly RunEvent[]> {
    const upTo = Number(recorded[0]?.seq) - 1;
    if (upTo <= (fedUpTo.get(run.id) ?? 0)) return [];
    return eventsOf(orgId, run.id, { after: Math.max(0, upTo - longestBatch), limit: longestBatch, upTo });
  }

  function noteFed({ id }: Run, recorded: readonly RunEvent[]): void {
    if (fedUpTo.size >= mostRuns) fedUpTo.clear();
    fedUpTo.set(id, Math.max(fedUpTo.get(id) ?? 0, recorded.at(-1)?.seq ?? 0));
  }

  events.on('run.recorded', async ({ orgId, run, events: recorded }) => {
    const charts = mayFeed(recorded) ? await fedIn(orgId, run.projectId) : [];
    const before = charts.length > 0 ? await missing(orgId, run, recorded) : [];
    const deliveries = charts.flatMap((fed) => {
      if (!isFedBy(fed, run)) return [];
      // What was stored before there was this chart is none of its points.
      const since = before.filter(({ at }) => at >= fed.createdAt);
      const { measured, endedRun } = feedOf(fed, run, [...since, ...recorded]);
      if (measured.length === 0 && endedRun === undefined) return [];
      return [intake.deliver(orgId, { seriesId: fed.id, measured, endedRun })];
    });
    await Promise.all(deliveries);
    noteFed(run, recorded);
  });

  /** The run of a subgroup has ended, and nobody was told, as a process ended too. */
  async function endedRunOf(orgId: string, { groups }: Chart): Promise<string | undefined> {
    for (const { run, ended } of groups) {
      if (run === null || ended) continue;
      const found = await runOf(orgId, run.id);
      const endedAt = found?.finishedAt ?? null;
      if (endedAt !== null && clock().getTime() - Date.parse(endedAt) > tellingTakes) return run.id;
    }
    return undefined;
  }

  return {
    /** Completes subgroups whose time is over or whose run has ended: to be called every few seconds. */
    async completeSubgroups(): Promise<void> {
      for await (const { orgId, chart } of repo.series.waiting()) {
        const { id: seriesId, subgrouping } = chart.series;
        const now = clock();
        const endedRun = subgrouping.by === 'run' ? await endedRunOf(orgId, chart) : undefined;
        if (subgrouping.by === 'time' || endedRun !== undefined) {
          await intake.deliver(orgId, { seriesId, measured: [], endedRun, now });
        }
      }
    },
  };
}
