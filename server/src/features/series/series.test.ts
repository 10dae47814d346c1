import { projectEndpoints } from '@cobench/shared/projects/project';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record, rulesOf } from '../../../test/laboratory.ts';

const { list, get, create, points } = seriesEndpoints;
const alerts = alertEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());
const engineer = () => app.as('engineer@acme.test');
const technician = () => app.as('technician@acme.test');
const viewer = () => app.as('viewer@acme.test');
const pointsOf = async (id: string) => (await call(await viewer(), points, { id, limit: 10_000 })).items;
const alertsOf = async (seriesId: string) => (await call(await viewer(), alerts.list, { seriesId })).items;
const given = { from: 'given', center: 10, sigma: 1 } as const;

/** A series, and a running run that feeds it. */
async function fed(over: Parameters<typeof lab.aSeries>[0] = {}) {
  const series = await lab.aSeries(over);
  const run = await lab.aRunningRun({ projectId: series.projectId });
  return { series, run };
}

test('a series with known values has its limits at once', async () => {
  const { id: projectId } = await lab.aProject();
  const series = await call(await engineer(), create, {
    projectId,
    name: 'Thickness',
    source: { from: 'metric', metric: 'd' },
    limits: given,
  });
  expect(series.phases).toMatchObject([
    { start: 0, limitsVersion: 1, parameters: { center: 10, sigma: 1 }, rules: rulesOf('WE1', 'WE4') },
  ]);
  expect(series.chart).toMatchObject({ kind: 'i', nsigmas: 3 });
  expect(series).toMatchObject({ pointCount: 0, lastValue: null, openAlerts: 0 });
  expect(await call(await viewer(), get, { id: series.id })).toEqual(series);
});

test('when a batch is answered its points are stored, judged and counted', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, [...measured([10, 10.5]), ...measured([99], 'other'), ...measured([14])]);
  expect(await pointsOf(series.id)).toMatchObject([
    { index: 0, value: 10, center: 10, sigma: 1, ucl: 13, lcl: 7, runId: run.id, rules: [] },
    { index: 1, value: 10.5, items: [10.5], runId: run.id, rules: [] },
    { index: 2, value: 14, runId: run.id, rules: ['WE1'], excluded: null },
  ]);
  expect(await call(await viewer(), get, { id: series.id })).toMatchObject({
    pointCount: 3,
    lastValue: 14,
    openAlerts: 1,
  });
  expect(await alertsOf(series.id)).toMatchObject([
    { rule: 'WE1', side: 'above', firstIndex: 2, value: 14, runName: run.name, state: 'open', seriesName: series.name },
  ]);
});

test('an alert goes on over batches and runs, and is one alert', async () => {
  const { series, run } = await fed({ rules: rulesOf('WE1') });
  const other = await lab.aRunningRun({ projectId: series.projectId });
  await record(machine, run.id, measured([10, 14]));
  await record(machine, other.id, measured([15]));
  await record(machine, run.id, measured([14, 10]));
  expect(await alertsOf(series.id)).toMatchObject([{ firstIndex: 1, lastIndex: 3, signals: 3, runId: run.id }]);
});

test('a baseline sets the limits with its last point; what comes after is judged', async () => {
  const { series, run } = await fed({ limits: { from: 'baseline', points: 10 } });
  const flowRate = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
  await record(machine, run.id, measured(flowRate.slice(0, 4)));
  expect(await call(await viewer(), get, { id: series.id })).toMatchObject({
    phases: [{ parameters: null, limitsVersion: 1 }],
    limitsVersion: 1,
    pointCount: 4,
    lastValue: 51.3,
  });
  expect(await pointsOf(series.id)).toMatchObject([0, 1, 2, 3].map((index) => ({ index, center: null, ucl: null })));
  await record(machine, run.id, measured([...flowRate.slice(4), 60]));
  const { limitsVersion } = await call(await viewer(), get, { id: series.id });
  expect(limitsVersion).toBe(2);
  // NIST/SEMATECH e-Handbook 6.3.2.2, which rounds d2 to 1.128. The points of the baseline have its lines too.
  for (const { center, ucl } of await pointsOf(series.id)) {
    expect(center).toBeCloseTo(50.81, 10);
    expect(Math.abs(Number(ucl) - 55.8041)).toBeLessThan(0.002);
  }
  expect((await alertsOf(series.id)).map(({ rule, firstIndex }) => [rule, firstIndex])).toEqual([['WE1', 10]]);
});

test('a series of one instrument takes only the runs on it', async () => {
  const [instrument, another] = await Promise.all([lab.aCalibratedInstrument(), lab.aCalibratedInstrument()]);
  const { id: projectId } = await lab.aProject();
  const series = await lab.aSeries({
    projectId,
    source: { from: 'metric', metric: 'x', instrumentId: instrument.id },
  });
  for (const instrumentId of [instrument.id, another.id, null]) {
    const run = await lab.aRunningRun({ projectId, instrumentId });
    await record(machine, run.id, measured([10]));
  }
  expect(await pointsOf(series.id)).toHaveLength(1);
});

test('a series takes nothing from other projects', async () => {
  const series = await lab.aSeries();
  const run = await lab.aRunningRun();
  await record(machine, run.id, measured([10]));
  expect(await pointsOf(series.id)).toEqual([]);
});

test('a batch that is sent again adds no point and no signal', async () => {
  const { series, run } = await fed();
  for (let time = 0; time < 3; time++) await record(machine, run.id, measured([10, 14]), 'again');
  expect(await pointsOf(series.id)).toHaveLength(2);
  expect(await alertsOf(series.id)).toMatchObject([{ signals: 1 }]);
});

test('what a crash left undone is done when the batch is sent again', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, measured([10, 14, 10]), 'crash');
  // As if the process had ended between storing the batch and judging it.
  const { connection } = app;
  await connection.collection('series_points').deleteMany({ seriesId: series.id });
  await connection.collection('alerts').deleteMany({ seriesId: series.id });
  const undone = { pointCount: 0, openAlerts: 0, episodes: [], head: null, lastValue: null, lastAt: null, version: 9 };
  await connection.collection<{ _id: string }>('series').updateOne({ _id: series.id }, { $set: undone });

  await record(machine, run.id, measured([10, 14, 10]), 'crash');
  expect((await pointsOf(series.id)).map(({ value }) => value)).toEqual([10, 14, 10]);
  expect(await alertsOf(series.id)).toMatchObject([{ firstIndex: 1 }]);
});

test('runs that feed one series at once neither lose nor double a point, and each keeps its order', async () => {
  const series = await lab.aSeries();
  const { projectId } = series;
  const runs = await Promise.all([0, 1, 2, 3].map(() => lab.aRunningRun({ projectId })));
  await Promise.all(
    runs.flatMap(({ id }, r) =>
      Array.from({ length: 10 }, (_, b) => record(machine, id, measured([10 + r, 10 + b / 10]), `b${b}`)),
    ),
  );
  const stored = await pointsOf(series.id);
  expect(stored.map(({ index }) => index)).toEqual(Array.from({ length: 80 }, (_, i) => i));
  for (const { id } of runs) {
    const { items } = await call(await viewer(), runEndpoints.events, { id, limit: 1000 });
    const reported = items.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
    expect(stored.filter(({ runId }) => runId === id).map(({ value }) => value)).toEqual(reported);
  }
});

test('the newest points are answered, oldest first', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, measured(Array.from({ length: 30 }, (_, i) => 9 + i / 20)));
  const { items } = await call(await viewer(), points, { id: series.id, limit: 5 });
  expect(items.map(({ index }) => index)).toEqual([25, 26, 27, 28, 29]);
});

test('series are listed by name, by project and by what is typed', async () => {
  const { id: projectId } = await lab.aProject();
  for (const name of ['pressure B', 'Pressure A', 'Rate']) await lab.aSeries({ projectId, name });
  const names = async (query: object) =>
    (await call(await viewer(), list, { projectId, ...query })).items.map(({ name }) => name);
  expect(await names({})).toEqual(['Pressure A', 'pressure B', 'Rate']);
  expect(await names({ q: 'press' })).toEqual(['Pressure A', 'pressure B']);
});

test('two series cannot have one name, however it is written', async () => {
  const { projectId } = await lab.aSeries({ name: 'Unique' });
  const input = { projectId, name: 'UNIQUE', source: { from: 'metric', metric: 'x' }, limits: given };
  const problem = await refusal(await engineer(), create, input);
  expect(problem).toMatchObject({ status: 409, type: 'name.taken', errors: [{ pointer: '/name' }] });
});

test('what a new series points at has to exist in the organisation', async () => {
  const foreign = laboratory(app, 'borealis.test');
  const [ours, theirs, instrument] = await Promise.all([lab.aProject(), foreign.aProject(), foreign.anInstrument()]);
  const input = { name: 'Lost', source: { from: 'metric', metric: 'x' }, limits: given };
  for (const projectId of [nobodysId, theirs.id]) {
    const problem = await refusal(await engineer(), create, { ...input, projectId });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/projectId' }] });
  }
  const problem = await refusal(await engineer(), create, {
    ...input,
    projectId: ours.id,
    source: { from: 'metric', metric: 'x', instrumentId: instrument.id },
  });
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/source/instrumentId' }] });
});

test.each([
  [{ source: { from: 'metric', metric: '' } }, '/source/metric'],
  [{ source: { from: 'hearsay' } }, '/source/from'],
  [{ name: '' }, '/name'],
  [{ limits: { from: 'given', center: 1, sigma: 0 } }, '/limits/sigma'],
  [{ limits: { from: 'baseline', points: 1 } }, '/limits/points'],
  [{ limits: { from: 'points', first: 0, last: 9 } }, '/limits/from'],
  [{ limits: { from: 'hearsay' } }, '/limits/from'],
  [{ rules: [] }, '/rules'],
  [{ rules: [...rulesOf('WE1'), ...rulesOf('WE1')] }, '/rules'],
  [{ rules: [{ id: 'X', title: 'Too long', window: 33, count: 1, zone: 3 }] }, '/rules/0'],
  [{ rules: [{ id: '<b>', title: 'Named', window: 1, count: 1, zone: 3 }] }, '/rules/0/id'],
  [{ chart: { kind: 'xbar' } }, '/subgrouping/by'],
  [{ chart: { kind: 'p' } }, '/chart/sampleSize'],
  [{ chart: { kind: 'pie' } }, '/chart/kind'],
  [{ chart: { kind: 'cusum' }, rules: rulesOf('WE4') }, '/rules'],
  [{ source: { from: 'points' }, subgrouping: { by: 'run' } }, '/subgrouping/by'],
  [{ specification: { lsl: 2, usl: 1 } }, '/specification/usl'],
  [{ colour: 'red' }, '/colour'],
])('bad input is refused by field (%#)', async (over, pointer) => {
  const { id: projectId } = await lab.aProject();
  const input = { projectId, name: 'Series', source: { from: 'metric', metric: 'x' }, limits: given, ...over };
  const problem = await refusal(await engineer(), create, input);
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect(problem.errors?.[0]?.pointer).toBe(pointer);
});

test('a technician may not make series', async () => {
  const { id: projectId } = await lab.aProject();
  const input = { projectId, name: 'Mine', source: { from: 'metric', metric: 'x' }, limits: given };
  expect(await refusal(await technician(), create, input)).toMatchObject({ status: 403, type: 'access.denied' });
});

test('series and alerts of another organisation do not exist', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, measured([20]));
  const [alert] = await alertsOf(series.id);
  const stranger = await app.as('admin@borealis.test');
  for (const [contract, id] of [
    [get, series.id],
    [points, series.id],
    [alerts.acknowledge, alert!.id],
  ] as const) {
    const foreign = await refusal(stranger, contract, { id });
    const missing = await refusal(await engineer(), contract, { id: nobodysId });
    expect(foreign).toMatchObject({ status: 404, type: 'resource.missing' });
    expect({ ...missing, instance: '' }).toEqual({ ...foreign, instance: '' });
  }
  expect((await call(stranger, list, {})).items).toEqual([]);
  expect((await call(stranger, alerts.list, {})).items).toEqual([]);
});

test('series and alerts of a deleted project are gone, and come back with it', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, measured([20]));
  const [alert] = await alertsOf(series.id);
  const pi = await app.as('pi@acme.test');
  await call(pi, projectEndpoints.remove, { id: series.projectId });
  expect(await refusal(await viewer(), get, { id: series.id })).toMatchObject({ status: 404 });
  expect(await refusal(await technician(), alerts.acknowledge, { id: alert!.id })).toMatchObject({ status: 404 });
  expect(await alertsOf(series.id)).toEqual([]);
  await call(pi, projectEndpoints.restore, { id: series.projectId });
  expect(await alertsOf(series.id)).toEqual([alert]);
});

test('an acknowledged alert that goes on stays acknowledged', async () => {
  const { series, run } = await fed({ rules: rulesOf('WE1') });
  await record(machine, run.id, measured([20]));
  const [alert] = await alertsOf(series.id);
  await call(await technician(), alerts.acknowledge, { id: alert!.id });
  await record(machine, run.id, measured([20]));
  expect(await alertsOf(series.id)).toMatchObject([{ state: 'acknowledged', signals: 2 }]);
  expect(await call(await viewer(), get, { id: series.id })).toMatchObject({ openAlerts: 1 });
});

test('alerts are listed newest first and by state', async () => {
  const { series, run } = await fed({ rules: rulesOf('WE1') });
  for (const value of [20, 10, 1]) await record(machine, run.id, measured([value]));
  const [newest, oldest] = await alertsOf(series.id);
  expect([newest!.side, oldest!.side]).toEqual(['below', 'above']);
  await call(await technician(), alerts.acknowledge, { id: oldest!.id });
  const open = await call(await viewer(), alerts.list, { seriesId: series.id, state: 'open' });
  expect(open.items).toEqual([newest]);
});

test('a viewer may not acknowledge, and a comment has its length', async () => {
  const { series, run } = await fed();
  await record(machine, run.id, measured([20]));
  const [alert] = await alertsOf(series.id);
  const denied = await refusal(await viewer(), alerts.acknowledge, { id: alert!.id });
  expect(denied).toMatchObject({ status: 403, type: 'access.denied' });
  const long = await refusal(await technician(), alerts.acknowledge, { id: alert!.id, comment: 'c'.repeat(1001) });
  expect(long).toMatchObject({ status: 400, errors: [{ pointer: '/comment' }] });
});
