import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

const { events, telemetry, telemetryColumns } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());
const viewer = () => app.as('viewer@acme.test');
const noon = Date.parse('2025-11-21T12:00:00.000Z');
const instant = (second: number): string => new Date(noon + second * 1000).toISOString();
const point = (second: number, value: number, name = 'x', unit = 'V'): ReportedEvent => ({
  kind: 'metric',
  name,
  value,
  unit,
  observedAt: instant(second),
});

test('the metrics of a run say what there is of each', async () => {
  const { id } = await lab.aRunningRun();
  await record(machine, id, [point(5, 50), point(1, 10), point(9, 90, 'Flow', 'sccm'), point(3, 30, 'x', 'mV')]);
  expect(await call(await viewer(), telemetry, { id })).toEqual({
    metrics: [
      { name: 'Flow', unit: 'sccm', count: 1, firstAt: instant(9), lastAt: instant(9), lastValue: 90 },
      { name: 'x', unit: 'mV', count: 3, firstAt: instant(1), lastAt: instant(5), lastValue: 50 },
    ],
    lastSeq: 5,
  });
});

test('few points are each a column of their own, in the order of their time', async () => {
  const { id } = await lab.aRunningRun();
  await record(machine, id, [point(5, 50), point(1, 10), point(9, 90, 'Flow'), point(3, 30)]);
  const chart = await call(await viewer(), telemetryColumns, { id, metric: 'x', columns: 3 });
  expect(chart).toMatchObject({ metric: 'x', unit: 'V', exact: true, from: instant(1), to: instant(5), lastSeq: 5 });
  expect(chart.columns).toEqual(
    [10, 30, 50].map((value) => ({ at: instant(value / 10), min: value, max: value, mean: value, count: 1 })),
  );
});

test('many points are summed by equally wide columns; those without a point are left out', async () => {
  const { id } = await lab.aRunningRun();
  await record(machine, id, [point(0, 1), point(1, 3), point(2, 8), point(9, 5)]);
  const [from, to] = [instant(0), instant(9.999)];
  const chart = await call(await viewer(), telemetryColumns, { id, metric: 'x', columns: 2, from, to });
  expect(chart).toMatchObject({ exact: false, width: 5000, from, to });
  expect(chart.columns).toEqual([
    { at: instant(0), min: 1, max: 8, mean: 4, count: 3 },
    { at: instant(5), min: 5, max: 5, mean: 5, count: 1 },
  ]);
});

test('a point without a time of its own is at the time it was stored', async () => {
  const { id } = await lab.aRunningRun();
  const before = Date.now();
  await record(machine, id, measured([7]));
  const { columns } = await call(await viewer(), telemetryColumns, { id, metric: 'x' });
  expect(columns.map(({ mean }) => mean)).toEqual([7]);
  expect(Date.parse(columns[0]?.at ?? '')).toBeGreaterThanOrEqual(before);
});

test('a point from the future is charted at the time it was stored, or five minutes later, and kept as it was reported', async () => {
  const { id } = await lab.aRunningRun();
  const now = Date.now();
  const ahead = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
  const said: ReportedEvent[] = [ahead(4), ahead(525_600), '2999-01-01T00:00:00.123456Z'].map((observedAt, value) => ({
    kind: 'metric',
    name: 'x',
    value,
    unit: 'V',
    observedAt,
  }));
  await record(machine, id, said);
  const { columns } = await call(await viewer(), telemetryColumns, { id, metric: 'x', columns: 3 });
  const { items } = await call(await viewer(), events, { id, after: 1 });
  const stored = new Date(Date.parse(items[0]?.at ?? '') + 5 * 60_000).toISOString();
  expect(columns.map(({ at }) => at)).toEqual([ahead(4), stored, stored]);
  expect(items.map(({ observedAt }) => observedAt)).toEqual(said.map(({ observedAt }) => observedAt));
});

test('a run without points has no metrics, and a chart of what was not measured is empty', async () => {
  const { id } = await lab.aRun();
  expect(await call(await viewer(), telemetry, { id })).toEqual({ metrics: [], lastSeq: 0 });
  expect(await call(await viewer(), telemetryColumns, { id, metric: 'x' })).toMatchObject({ columns: [], exact: true });
});

test.each([
  [{ columns: 2001 }, ['/columns']],
  [{ columns: 0 }, ['/columns']],
  [{ from: 'noon' }, ['/from']],
  [{ from: instant(1), to: instant(0) }, ['/to']],
  [{ metric: '' }, ['/metric']],
])('a malformed question is refused by field (%#)', async (over, pointers) => {
  const { id } = await lab.aRunningRun();
  const problem = await refusal(await viewer(), telemetryColumns, { id, metric: 'x', ...over });
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect([...new Set(problem.errors?.map(({ pointer }) => pointer))]).toEqual(pointers);
});

test('a run of another organisation has no telemetry to be seen', async () => {
  const { id } = await lab.aRunningRun();
  const stranger = await app.as('admin@borealis.test');
  for (const unseen of [id, nobodysId]) {
    for (const [contract, input] of [
      [telemetry, { id: unseen }],
      [telemetryColumns, { id: unseen, metric: 'x' }],
    ] as const) {
      const problem = await refusal(stranger, contract, input);
      expect(problem).toMatchObject({ status: 404, type: 'resource.missing' });
    }
  }
});
