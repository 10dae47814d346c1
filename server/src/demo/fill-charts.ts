import { NewPoint } from '@cobench/shared/series/point';
import { NewSeries } from '@cobench/shared/series/series';
import type { Actor } from '../platform/access.ts';
import { demoCharts, type DemoChart } from './charts.ts';
import type { DemoServices } from './fill.ts';
import { noise } from './noise.ts';

type Laboratory = DemoServices & {
  now: Date;
  projectIds: ReadonlyMap<string, string>;
  instrumentIds: ReadonlyMap<string, string>;
  people: { engineer: Actor; technician: Actor; pi: Actor };
};

const hour = 3_600_000;
/** So many points come at once. */
const lot = 5;

/** Charts whose points are brought, as people have worked with them: limits, phases, an excluded point, alerts in all states. */
export async function fillCharts(laboratory: Laboratory): Promise<void> {
  for (const chart of demoCharts) {
    const projectId = laboratory.projectIds.get(chart.project);
    const instrumentId = laboratory.instrumentIds.get(chart.instrument);
    if (projectId && instrumentId) await fillChart(laboratory, { chart, projectId, instrumentId });
  }
}

type Place = { chart: DemoChart; projectId: string; instrumentId: string };

async function fillChart(
  { services, setTime, now, people }: Laboratory,
  { chart, projectId, instrumentId }: Place,
): Promise<void> {
  const { engineer, technician } = people;
  const points = chart.points(noise(chart.seed));
  const timeOf = (index: number): Date =>
    new Date(now.getTime() - hour - (points.length - 1 - index) * chart.hoursApart * hour);
  setTime(new Date(timeOf(0).getTime() - hour));
  const source = { from: 'points', instrumentId } as const;
  const plan = chart.plan ? { ...chart.plan, ownerId: technician.personId } : undefined;
  const made = NewSeries.parse({ ...chart.series, projectId, source, plan });
  const { id } = await services.series.create(engineer, made);
  for (let begun = 0; begun < points.length; begun += lot) {
    const some = points.slice(begun, begun + lot).map((point, i) => {
      const index = begun + i;
      return NewPoint.parse({ ...point, key: String(index), at: timeOf(index).toISOString() });
    });
    setTime(timeOf(begun + some.length - 1));
    await services.series.addPoints(technician, { id, points: some });
  }
  setTime(new Date(now.getTime() - hour / 2));
  for (const revision of chart.revisions) {
    const { revision: seen } = await services.series.get(engineer, { id });
    await services.series.revise(engineer, { id, ...revision, revision: seen });
  }
  await workOnAlerts(services, { id, chart, people });
}

async function workOnAlerts(
  { alerts }: DemoServices['services'],
  { id: seriesId, chart, people }: { id: string; chart: DemoChart; people: Laboratory['people'] },
): Promise<void> {
  const { technician, pi } = people;
  const { items } = await alerts.list(technician, { seriesId, limit: 50 });
  for (const [at, fate] of chart.alerts.entries()) {
    const alert = items.toReversed()[at];
    if (!alert) throw new Error(`${chart.series.name} has fewer alerts than its story.`);
    const { id } = alert;
    await alerts.acknowledge(technician, { id, comment: 'I am looking at it.' });
    await alerts.act(technician, { id, ownerId: technician.personId });
    const steps = chart.plan?.checklist ?? [];
    const done = fate === 'closed' ? steps : steps.slice(0, 2);
    for (const step of done.keys()) await alerts.step(technician, { id, step, done: true, note: '' });
    if (fate !== 'closed') continue;
    const { revision } = await alerts.get(pi, { id });
    await alerts.close(pi, { id, verdict: 'cause', cause: chart.cause, comment: '', revision });
  }
}
