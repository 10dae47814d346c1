import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { NewSeries, Series } from '@cobench/shared/series/series';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call, type Caller } from '../call.ts';
import { startTestApp, type TestApp } from '../harness.ts';
import { laboratory, measured, record, rulesOf } from '../laboratory.ts';
import { openLive, type LiveClient } from '../live-client.ts';
import { spcVectors, type SpcVector } from './spc-data.ts';

const published = spcVectors('published');
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());

/** Charts with one printed pair of limits and the points that the book says are beyond them. */
const judged = published.filter(
  ({ kind, data = [], expected = {}, rulesExpected }) =>
    kind === 'limits' && rulesExpected?.['N1'] && typeof expected['ucl'] === 'number' && typeof data[0] === 'number',
);
const individuals = published.filter(({ kind, chart }) => kind === 'limits' && chart === 'i');

test('the files hold the charts we know', () => {
  expect(judged.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['nist-6.3.3.1-wafer-c', 'nist-6.3.3.2-chips-p', 'montgomery-circuit-c']),
  );
  expect(individuals.map(({ id }) => id)).toEqual(['nist-6.3.2.2-flowrate-i', 'wheeler-p49-i']);
});

test.each(judged.map((vector) => [vector.id, vector] as const))(
  'the alerts on a second dashboard are exactly the published ones: %s',
  async (_id, vector) => {
    const { center, sigma } = printedLimits(vector);
    const { series, dashboard } = await watched({ from: 'given', center, sigma });
    const answeredAt = await stream(series, valuesOf(vector));

    const expected = vector.rulesExpected?.['N1'] ?? [];
    const alerts = await alertsWhenQuiet(dashboard, series);
    expect(alerts.map(({ firstIndex }) => firstIndex)).toEqual(expected);
    expect(alerts.every(({ signals, rule }) => signals === 1 && rule === 'WE1')).toBe(true);
    for (const { id, firstIndex } of alerts) {
      const told = dashboard.told.find(({ news }) => (news as { id?: string } | undefined)?.id === id);
      expect((told?.at ?? Infinity) - (answeredAt[firstIndex] ?? 0)).toBeLessThan(1000);
    }
  },
);

test.each(individuals.map((vector) => [vector.id, vector] as const))(
  'a baseline sets the printed limits, and the same data again raises no alert: %s',
  async (_id, vector) => {
    const values = valuesOf(vector);
    const { series, dashboard } = await watched({ from: 'baseline', points: values.length });
    await stream(series, values);
    const { items } = await call(await app.as('viewer@acme.test'), seriesEndpoints.points, { id: series.id });
    const { expected = {}, tol } = vector;
    const within = (line: 'center' | 'ucl' | 'lcl') =>
      Math.abs(Number(items[0]?.[line]) - Number(expected[line])) < (tol?.abs ?? 0);
    expect((['center', 'ucl', 'lcl'] as const).filter((line) => !within(line))).toEqual([]);
    await stream(series, values);
    expect(await alertsWhenQuiet(dashboard, series)).toEqual([]);
  },
);

/** A series judged by points beyond the limits alone, and a second person who has the dashboard open. */
async function watched(limits: NewSeries['limits']): Promise<{ series: Series; dashboard: LiveClient }> {
  const series = await lab.aSeries({ limits, rules: rulesOf('WE1') });
  const dashboard = await openLive(await app.as('viewer@acme.test'));
  onTestFinished(() => dashboard.close());
  return { series, dashboard };
}

/**
 * Sends the values as a run of its own, in uneven batches, every other one twice: at once, or again afterwards.
 * Answers when each value was first acknowledged.
 */
async function stream({ projectId }: Series, values: readonly number[]): Promise<number[]> {
  const run = await lab.aRunningRun({ projectId });
  const answeredAt: number[] = [];
  const sizes = [1, 4, 2, 7, 3];
  for (let from = 0, turn = 0; from < values.length; turn++) {
    const batch = values.slice(from, from + (sizes[turn % sizes.length] ?? 1));
    const send = () => record(machine, run.id, measured(batch), `batch ${turn}`);
    await (turn % 4 === 1 ? Promise.all([send(), send()]) : send());
    answeredAt.push(...batch.map(() => performance.now()));
    if (turn % 4 === 3) await send();
    from += batch.length;
  }
  return answeredAt;
}

/** What the dashboard knows once it has heard of the last point; alerts are told before that is. */
async function alertsWhenQuiet(dashboard: LiveClient, { id }: Series) {
  const { pointCount } = await call(await app.as('viewer@acme.test'), seriesEndpoints.get, { id });
  await dashboard.until('series.changed', (changes) =>
    changes.some((series) => series.id === id && series.pointCount === pointCount),
  );
  const newest = new Map(dashboard.news('alert.changed').map((alert) => [alert.id, alert]));
  return [...newest.values()].filter(({ seriesId }) => seriesId === id).toSorted((a, b) => a.firstIndex - b.firstIndex);
}

/** Printed centre, and sigma as a third of the way to the printed upper limit. */
function printedLimits({ expected = {} }: SpcVector): { center: number; sigma: number } {
  const [center, ucl] = [Number(expected['center']), Number(expected['ucl'])];
  return { center, sigma: (ucl - center) / 3 };
}

/** What was measured: counts as they are, or as shares of their samples. */
const valuesOf = ({ data = [], sizes }: SpcVector): number[] =>
  data.map((value, i) => Number(value) / (sizes?.[i] ?? 1));
