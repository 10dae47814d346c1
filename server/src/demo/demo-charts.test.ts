import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { Alert } from '@cobench/shared/alerts/alert';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../test/call.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ demo: true });
});
afterAll(() => app.close());

async function chartNamed(q: string): Promise<{ series: Series; points: SeriesPoint[]; alerts: Alert[] }> {
  const viewer = await app.as('viewer@acme.test');
  const { items } = await call(viewer, seriesEndpoints.list, { q });
  const [series] = items;
  if (!series) throw new Error(`The demo has no chart ${q}.`);
  const { id } = series;
  const { items: points } = await call(viewer, seriesEndpoints.points, { id });
  const { items: alerts } = await call(viewer, alertEndpoints.list, { seriesId: id });
  return { series, points, alerts };
}

test('a chart of means has two phases, each with limits of its own, and a point that is excluded with its reason', async () => {
  const { series, points } = await chartNamed('Oxide thickness');
  expect(series).toMatchObject({ chart: { kind: 'xbar' }, pointCount: 60, openAlerts: 0 });
  expect(series.phases.map(({ start, name }) => [start, name])).toEqual([
    [0, 'Phase 1'],
    [36, 'New reference wafer'],
  ]);
  const [first, second] = series.phases.map(({ parameters }) => parameters?.center ?? 0);
  expect(Number(second) - Number(first)).toBeGreaterThan(0.3);
  expect(points.flatMap(({ index, excluded }) => (excluded ? [index, excluded.byName] : []))).toEqual([
    12,
    'Mateo Herrera',
  ]);
  expect(points.every(({ items }) => items.length === 5)).toBe(true);
});

test('of a chart that sees small drifts one alert is closed with its cause, and one is being worked on', async () => {
  const { series, alerts } = await chartNamed('Gate leakage');
  expect(series).toMatchObject({ chart: { kind: 'ewma' }, openAlerts: 1 });
  expect(alerts.map(({ state }) => state).toReversed()).toEqual(['closed', 'in-action']);
  const [working, closed] = alerts;
  expect(closed).toMatchObject({ closed: { verdict: 'cause', byName: 'Ingrid Solberg' } });
  expect(working?.action?.steps.map(({ done }) => done !== null)).toEqual([true, true, false, false]);
});

test('a chart of shares has counts out of different sizes, and an alert that nobody has seen yet', async () => {
  const { series, points, alerts } = await chartNamed('Dies that fail');
  expect(series.chart.kind).toBe('p');
  expect(new Set(points.map(({ size }) => size)).size).toBeGreaterThan(1);
  expect(alerts.map(({ state, firstIndex }) => [state, firstIndex])).toEqual([['open', 43]]);
});
