import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import { gathering } from '../../platform/gathering.ts';
import { newId } from '../../platform/new-id.ts';
import { completesBaseline, grow, newestPhase } from './growth.ts';
import type { Chart, Growth, SpcRepo } from './series.repo.ts';
import { grouped, type Completion, type Measured } from './subgroups.ts';

type Deps = { repo: SpcRepo; events: DomainEvents; clock: Clock };

/** What is to be put into a series. Taking the same twice changes nothing. */
export type Delivery = Completion & { seriesId: string; measured: readonly Measured[] };
/** How many of the measurements were new. */
export type Taken = { fresh: number; pointCount: number };

type Job = Delivery & { resolve: (taken: Taken | null) => void; reject: (error: unknown) => void };
type Prepared = { chart: Chart; growth: Growth; judged: SeriesPoint[]; jobs: { job: Job; fresh: number }[] };

/** How often a delivery looks again after another process was faster. */
const attempts = 100;
/** So many measurements are stored in one transaction. */
const mostAtOnce = 2000;
/** So many series are remembered as they were written last. */
const mostRemembered = 2000;

/**
 * The one way in which series grow. All that waits for one organisation is stored in one transaction, whatever series it is
 * for, while the next gathers: what many series cost is mostly what one costs. A delivery is answered when its points are
 * stored, judged and told. Where another process was faster all of them look again.
 */
export function seriesIntake({ repo, events, clock }: Deps) {
  /** Series as they were written last. Where another process has gone on, their version says so. */
  const recent = new Map<string, Chart>();

  events.on('series.changed', ({ series: { id, version } }) => {
    const known = recent.get(id);
    if (known && known.series.version < version) recent.delete(id);
  });

  function remember(chart: Chart): void {
    if (recent.size >= mostRemembered) recent.clear();
    recent.set(chart.series.id, chart);
  }

  async function settle(orgId: string, jobs: Job[]): Promise<void> {
    const bySeries = Map.groupBy(jobs, ({ seriesId }) => seriesId);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const prepared = await prepare(orgId, bySeries, attempt);
      const changing = prepared.filter(({ chart, growth }) => growth.to !== chart);
      const alerts = changing.length === 0 ? [] : await repo.grow(orgId, changing);
      if (alerts === null) {
        for (const { chart } of changing) recent.delete(chart.series.id);
        continue;
      }
      for (const { growth } of changing) remember(growth.to);
      for (const one of prepared) void answer(orgId, one, alerts);
      return;
    }
    throw new Error(`Series of ${orgId} change too fast to take ${jobs.length} deliveries.`);
  }

  /** What each series grows by. Series that are gone, or cannot be judged, are settled here. */
  async function prepare(orgId: string, bySeries: Map<string, Job[]>, attempt: number): Promise<Prepared[]> {
    const unknown = [...bySeries.keys()].filter((id) => !recent.has(id));
    const read = unknown.length === 0 ? [] : await repo.series.charts(orgId, unknown);
    const charts = new Map(read.map((chart) => [chart.series.id, chart]));
    const prepared: Prepared[] = [];
    for (const [id, jobs] of bySeries) {
      const chart = recent.get(id) ?? charts.get(id);
      if (!chart || chart.series.archived !== null) {
        jobs.forEach(({ resolve }) => resolve(null));
        bySeries.delete(id);
        continue;
      }
      try {
        prepared.push(await growthOf(orgId, chart, { jobs, careful: attempt > 0 }));
      } catch (error) {
        jobs.forEach(({ reject }) => reject(error));
        bySeries.delete(id);
      }
    }
    return prepared;
  }

  async function growthOf(
    orgId: string,
    chart: Chart,
    { jobs, careful }: { jobs: Job[]; careful: boolean },
  ): Promise<Prepared> {
    const { series } = chart;
    const all = jobs.flatMap(({ measured }) => measured.map(({ from }) => from));
    // What metrics bring is new but for batches that are sent again; then the store says so, and all are looked for.
    const trusted = !careful && series.subgrouping.by === 'each' && series.source.from === 'metric';
    const taken = new Set(trusted ? [] : await repo.points.taken(orgId, series.id, all));
    for (const group of chart.groups) for (const from of group.from) taken.add(from);
    const made: ReturnType<typeof grouped>['made'] = [];
    let { groups } = chart;
    const counted = jobs.map((job) => {
      const fresh = job.measured.filter(({ from }) => !taken.has(from) && taken.add(from));
      const next = grouped(series.subgrouping, groups, { ...job, measured: fresh });
      made.push(...next.made);
      groups = next.groups;
      return { job, fresh: fresh.length };
    });
    const unchanged =
      made.length === 0 && groups.length === chart.groups.length && counted.every(({ fresh }) => fresh === 0);
    if (unchanged) return { chart, growth: nothing(chart), judged: [], jobs: counted };
    const collected = completesBaseline(series, made.length)
      ? await repo.points.range(orgId, series.id, { first: newestPhase(series).start, end: series.pointCount })
      : [];
    return { chart, ...grow(chart, { made, groups, collected, newId, at: clock().toISOString() }), jobs: counted };
  }

  async function answer(
    orgId: string,
    { chart, growth, judged, jobs }: Prepared,
    alerts: readonly Alert[],
  ): Promise<void> {
    const { series } = growth.to;
    try {
      if (growth.to !== chart) await tell(orgId, { series, judged, alerts });
      for (const { job, fresh } of jobs) job.resolve({ fresh, pointCount: series.pointCount });
    } catch (error) {
      for (const { job } of jobs) job.reject(error);
    }
  }

  async function tell(
    orgId: string,
    { series, judged, alerts }: { series: Series; judged: SeriesPoint[]; alerts: readonly Alert[] },
  ): Promise<void> {
    const { id: seriesId, projectId } = series;
    await Promise.all([
      ...alerts
        .filter((alert) => alert.seriesId === seriesId)
        .map((alert) => events.publish({ type: 'alert.changed', orgId, alert })),
      judged.length > 0 && events.publish({ type: 'series.grew', orgId, seriesId, projectId, points: judged }),
      events.publish({ type: 'series.changed', orgId, series }),
    ]);
  }

  const add = gathering<Job>({ nextOf, settle, fail: ({ reject }, error) => reject(error) });

  return {
    /** Resolves when it is stored and told; null where there is no such series, or it takes nothing any more. */
    deliver: (orgId: string, delivery: Delivery): Promise<Taken | null> =>
      new Promise((resolve, reject) => add(orgId, { ...delivery, resolve, reject })),
  };
}

export type SeriesIntake = ReturnType<typeof seriesIntake>;

/** The longest waiting, up to so many measurements. */
function nextOf(queue: Job[]): Job[] {
  let count = 0;
  const end = queue.findIndex(({ measured }) => (count += measured.length) > mostAtOnce);
  return queue.splice(0, end === -1 ? queue.length : Math.max(1, end));
}

const nothing = (chart: Chart): Growth => ({
  to: chart,
  points: [],
  checkpoints: [],
  versions: [],
  opened: [],
  extended: [],
});
