import { identityEndpoints } from '@cobench/shared/identity/identity';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, record, rulesOf } from '../../../test/laboratory.ts';

const { get, points, addPoints, edit, list } = seriesEndpoints;
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
const seriesOf = async (id: string) => call(await viewer(), get, { id });
const pointsOf = async (id: string, query = {}) => (await call(await viewer(), points, { id, ...query })).items;
const itemsOf = async (id: string) => (await pointsOf(id)).map(({ items }) => items);
const metric = { from: 'metric', metric: 'x' } as const;
const aChartOfPoints = (over: Parameters<typeof lab.aSeries>[0] = {}) =>
  lab.aSeries({ source: { from: 'points' }, ...over });
const brought = (values: readonly number[], prefix: string) =>
  values.map((value, i) => ({ items: [value], key: `${prefix} ${i}` }));

test('so many measurements in a row make a point, across batches and runs', async () => {
  const series = await lab.aSeries({ source: metric, subgrouping: { by: 'count', size: 3 }, chart: { kind: 'xbar' } });
  const [run, other] = [
    await lab.aRunningRun({ projectId: series.projectId }),
    await lab.aRunningRun({ projectId: series.projectId }),
  ];
  await record(machine, run.id, measured([9, 10]));
  expect(await seriesOf(series.id)).toMatchObject({ pointCount: 0, pending: 2, lastValue: null });
  await record(machine, other.id, measured([11, 20, 21, 22, 30]));
  const stored = await pointsOf(series.id);
  expect(stored).toMatchObject([
    { index: 0, items: [9, 10, 11], value: 10, runId: other.id },
    { index: 1, items: [20, 21, 22], value: 21, rules: ['WE1'] },
  ]);
  expect(stored[0]?.ucl).toBeCloseTo(10 + 3 / Math.sqrt(3), 10);
  expect(await seriesOf(series.id)).toMatchObject({ pointCount: 2, pending: 1, lastValue: 21 });
});

test('what a run measures is a point when the run ends, and runs side by side do not mix', async () => {
  const series = await lab.aSeries({ source: metric, subgrouping: { by: 'run' } });
  const runs = [];
  for (let i = 0; i < 2; i++) runs.push(await lab.aRunningRun({ projectId: series.projectId }));
  const [one, other] = runs;
  await record(machine, one!.id, measured([10, 11]));
  await record(machine, other!.id, measured([20, 22]));
  await record(machine, one!.id, measured([12]));
  expect(await seriesOf(series.id)).toMatchObject({ pointCount: 0, pending: 5 });
  await call(await technician(), runEndpoints.finish, { id: other!.id, outcome: 'completed' });
  await record(machine, one!.id, [...measured([13]), { kind: 'state', state: 'completed', reason: '' }]);
  expect(await pointsOf(series.id)).toMatchObject([
    { items: [20, 22], value: 21, runId: other!.id, rules: ['WE1'] },
    { items: [10, 11, 12, 13], value: 11.5, runId: one!.id },
  ]);
  expect(await seriesOf(series.id)).toMatchObject({ pending: 0 });
});

test('results of a run that are recorded after its end are a point when another run measures', async () => {
  const source = { from: 'result', name: 'Thickness' } as const;
  const series = await lab.aSeries({ source, subgrouping: { by: 'run' } });
  const runs = [];
  for (let i = 0; i < 2; i++) runs.push(await lab.aRunningRun({ projectId: series.projectId }));
  const [one, other] = runs;
  const by = await technician();
  await call(by, runEndpoints.finish, { id: one!.id, outcome: 'completed' });
  for (const value of [9, 10, 'thick']) {
    await call(by, runEndpoints.recordResult, { id: one!.id, result: { name: 'Thickness', value } });
  }
  await call(by, runEndpoints.recordResult, { id: one!.id, result: { name: 'Roughness', value: 1 } });
  expect(await seriesOf(series.id)).toMatchObject({ pointCount: 0, pending: 2 });
  await call(by, runEndpoints.recordResult, { id: other!.id, result: { name: 'Thickness', value: 12 } });
  expect(await pointsOf(series.id)).toMatchObject([{ items: [9, 10], value: 9.5, runId: one!.id }]);
});

test('what is measured in one span of time is a point when the next span begins', async () => {
  const series = await lab.aSeries({ source: metric, subgrouping: { by: 'time', seconds: 30 } });
  const run = await lab.aRunningRun({ projectId: series.projectId });
  // Spans that are still to come, so that only measurements complete them.
  const begin = (Math.floor(Date.now() / 30_000) + 2) * 30_000;
  const at = (seconds: number, value: number) => ({
    kind: 'metric' as const,
    name: 'x',
    unit: '',
    value,
    observedAt: new Date(begin + seconds * 1000).toISOString(),
  });
  await record(machine, run.id, [at(0, 9), at(29, 11), at(30, 12), at(29, 13)]);
  await record(machine, run.id, [at(105, 10)]);
  expect(await itemsOf(series.id)).toEqual([
    [9, 11],
    [12, 13],
  ]);
  expect(await seriesOf(series.id)).toMatchObject({ pending: 1 });
});

test('a tool whose clock is a century ahead keeps no chart waiting for so long', async () => {
  const series = await lab.aSeries({ source: metric });
  const run = await lab.aRunningRun({ projectId: series.projectId });
  const observedAt = '2126-01-01T00:00:00Z';
  await record(machine, run.id, [{ kind: 'metric', name: 'x', unit: '', value: 9, observedAt }]);
  const [point] = await pointsOf(series.id);
  expect(Date.parse(point!.at)).toBeLessThan(Date.now() + 600_000);
});

test('a subgroup whose time is over is complete without another measurement', async () => {
  const series = await lab.aSeries({ source: metric, subgrouping: { by: 'time', seconds: 60 } });
  const run = await lab.aRunningRun({ projectId: series.projectId });
  const observedAt = '2026-01-01T00:00:30Z';
  await record(machine, run.id, [{ kind: 'metric', name: 'x', unit: '', value: 9, observedAt }]);
  // The server looks after such subgroups every few seconds.
  await expect.poll(() => itemsOf(series.id), { timeout: 15_000 }).toEqual([[9]]);
});

test('a batch that is sent again adds nothing to subgroups, complete or not', async () => {
  const series = await lab.aSeries({ source: metric, subgrouping: { by: 'count', size: 2 } });
  const run = await lab.aRunningRun({ projectId: series.projectId });
  for (let time = 0; time < 3; time++) await record(machine, run.id, measured([1, 2, 3]), 'again');
  expect(await itemsOf(series.id)).toEqual([[1, 2]]);
  expect(await seriesOf(series.id)).toMatchObject({ pending: 1 });
});

test('a series of one run takes nothing from others', async () => {
  const { id: projectId } = await lab.aProject();
  const run = await lab.aRunningRun({ projectId });
  const series = await lab.aSeries({ projectId, source: { ...metric, runId: run.id } });
  const other = await lab.aRunningRun({ projectId });
  for (const { id } of [run, other]) await record(machine, id, measured([10]));
  expect(await pointsOf(series.id)).toMatchObject([{ runId: run.id }]);
  expect((await call(await viewer(), list, { runId: run.id })).items.map(({ id }) => id)).toEqual([series.id]);
});

test('a run or an instrument of elsewhere cannot feed a series', async () => {
  const { id: projectId } = await lab.aProject();
  const foreign = laboratory(app, 'borealis.test');
  const [elsewhere, theirs, tool] = [await lab.aRun(), await foreign.aRun(), await foreign.anInstrument()];
  const input = { projectId, name: 'Stolen', limits: { from: 'given', center: 1, sigma: 1 } } as const;
  for (const [source, pointer] of [
    [{ ...metric, runId: elsewhere.id }, '/source/runId'],
    [{ ...metric, runId: theirs.id }, '/source/runId'],
    [{ from: 'points', instrumentId: tool.id }, '/source/instrumentId'],
  ] as const) {
    const problem = await refusal(await engineer(), seriesEndpoints.create, { ...input, source });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
  }
});

test('points that are brought are judged, and one that is sent again is not stored again', async () => {
  const series = await aChartOfPoints({ chart: { kind: 'xbar' } });
  const at = '2026-03-01T10:00:00.000Z';
  const two = [
    { items: [9, null, 11], key: 'lot 1', label: 'Lot 1', at },
    { items: [19, 21], key: 'lot 2' },
  ];
  const by = await technician();
  expect(await call(by, addPoints, { id: series.id, points: two })).toEqual({
    accepted: 2,
    duplicates: 0,
    pointCount: 2,
  });
  const again = [...two, { items: [10], key: 'lot 3' }, { items: [77], key: 'lot 3' }];
  expect(await call(by, addPoints, { id: series.id, points: again })).toEqual({
    accepted: 1,
    duplicates: 3,
    pointCount: 3,
  });
  const { name } = await call(by, identityEndpoints.me, {});
  expect(await pointsOf(series.id)).toMatchObject([
    { items: [9, null, 11], value: 10, at, label: 'Lot 1', runId: null, rules: [], byName: name },
    { value: 20, rules: ['WE1'], label: '' },
    { items: [10], value: 10 },
  ]);
});

test('points that several programs bring at once are all there, each once', async () => {
  const series = await aChartOfPoints();
  const by = await Promise.all([technician(), engineer()]);
  const batches = Array.from({ length: 20 }, (_, b) => brought([b, b + 0.5], `batch ${b}`));
  const receipts = await Promise.all(
    batches.flatMap((batch) => by.map((one) => call(one, addPoints, { id: series.id, points: batch }))),
  );
  expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(40);
  const values = (await pointsOf(series.id)).map(({ value }) => Number(value)).toSorted((a, b) => a - b);
  expect(values).toEqual(Array.from({ length: 40 }, (_, i) => i / 2));
});

test('shares are judged by what each is out of', async () => {
  const series = await aChartOfPoints({
    chart: { kind: 'p' },
    limits: { from: 'baseline', points: 4 },
    rules: rulesOf('WE1'),
  });
  const counts = [4, 6, 5, 5, 20].map((count, i) => ({ items: [count], size: 100, key: `p ${i}` }));
  await call(await technician(), addPoints, { id: series.id, points: counts });
  const stored = await pointsOf(series.id);
  expect(stored.map(({ value }) => value)).toEqual([0.04, 0.06, 0.05, 0.05, 0.2]);
  expect(stored[4]).toMatchObject({ rules: ['WE1'] });
  expect(stored[4]?.ucl).toBeCloseTo(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 100), 10);
});

test('a CUSUM finds a shift that no single point shows', async () => {
  const series = await aChartOfPoints({ chart: { kind: 'cusum' } });
  await call(await technician(), addPoints, { id: series.id, points: brought(Array(12).fill(8.8), 'low') });
  const stored = await pointsOf(series.id);
  expect(stored.at(-1)).toMatchObject({ value: 0, rules: ['WE1'] });
  expect(stored.at(-1)?.neg).toBeLessThan(-5);
  const { items } = await call(await viewer(), alertEndpoints.list, { seriesId: series.id });
  expect(items).toMatchObject([{ side: 'below', rule: 'WE1' }]);
});

test.each([
  [{ points: [] }, '/points'],
  [{ points: [{ items: [], key: 'a' }] }, '/points/0/items'],
  [{ points: [{ items: ['1'], key: 'a' }] }, '/points/0/items/0'],
  [{ points: [{ items: [1e101], key: 'a' }] }, '/points/0/items/0'],
  [{ points: [{ items: [1], key: '' }] }, '/points/0/key'],
  [{ points: [{ items: [1], key: 'k'.repeat(65) }] }, '/points/0/key'],
  [{ points: [{ items: [1], key: 'a', size: 0 }] }, '/points/0/size'],
  [{ points: [{ items: [1], key: 'a', at: 'yesterday' }] }, '/points/0/at'],
  [{ points: brought(Array(1001).fill(1), 'many') }, '/points'],
])('points that cannot be are refused by field (%#)', async (body, pointer) => {
  const { id } = await aChartOfPoints();
  const answer = await (await technician()).send('POST', `/api/v1/series/${id}/points`, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ type: 'input.invalid', errors: [{ pointer }] });
});

test('a chart is not brought what it cannot show', async () => {
  const shares = await aChartOfPoints({ chart: { kind: 'p' }, limits: { from: 'baseline', points: 4 } });
  const by = await technician();
  for (const [point, pointer] of [
    [{ items: [4], key: 'a' }, '/points/0/size'],
    [{ items: [-1], size: 9, key: 'a' }, '/points/0/items/0'],
    [{ items: [10], size: 9, key: 'a' }, '/points/0/items'],
  ] as const) {
    const problem = await refusal(by, addPoints, { id: shares.id, points: [{ ...point, items: [...point.items] }] });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
  }
  const fed = await lab.aSeries();
  expect(await refusal(by, addPoints, { id: fed.id, points: brought([1], 'a') })).toMatchObject({ status: 409 });
});

test('a key that sends what tools measure brings points, in its organisation only; a viewer does not', async () => {
  const { id } = await aChartOfPoints();
  expect(await call(machine, addPoints, { id, points: brought([1], 'key') })).toMatchObject({ accepted: 1 });
  const stranger = await laboratory(app, 'borealis.test').aMachine();
  expect(await refusal(stranger, addPoints, { id, points: brought([1], 'other') })).toMatchObject({ status: 404 });
  expect(await refusal(await viewer(), addPoints, { id, points: brought([1], 'v') })).toMatchObject({ status: 403 });
  expect(await pointsOf(id)).toHaveLength(1);
});

test('a chart that is put away takes nothing and is listed apart; it comes back as it was', async () => {
  const series = await lab.aSeries();
  const { id, projectId } = series;
  const run = await lab.aRunningRun({ projectId });
  const by = await engineer();
  await record(machine, run.id, measured([10]));
  const away = await call(by, edit, { id, revision: 0, archived: true });
  expect(away).toMatchObject({ archived: expect.any(String), revision: 1 });
  await record(machine, run.id, measured([11]));
  expect((await call(by, list, { projectId })).items).toEqual([]);
  expect((await call(by, list, { projectId, archived: true as never })).items).toMatchObject([{ id }]);
  await call(by, edit, { id, revision: 1, archived: false });
  await record(machine, run.id, measured([12]));
  expect(await itemsOf(id)).toEqual([[10], [12]]);
});

test('a chart is changed by who saw it as it is, while it grows', async () => {
  const { id, projectId } = await lab.aSeries();
  const run = await lab.aRunningRun({ projectId });
  await record(machine, run.id, measured([10, 14]));
  const by = await engineer();
  const specification = { lsl: 8, usl: 12, target: null };
  expect(await call(by, edit, { id, revision: 0, specification, unit: 'nm' })).toMatchObject({
    specification,
    unit: 'nm',
    pointCount: 2,
    openAlerts: 1,
  });
  expect(await refusal(by, edit, { id, revision: 0, unit: 'mm' })).toMatchObject({
    status: 409,
    type: 'edit.conflict',
  });
  expect(await refusal(await technician(), edit, { id, revision: 1, unit: 'mm' })).toMatchObject({ status: 403 });
});

test('points are read from the end, before one, after one, and far within as from the beginning', async () => {
  const series = await aChartOfPoints({ chart: { kind: 'ewma' }, rules: rulesOf('WE1', 'WE2') });
  const { id } = series;
  const values = Array.from({ length: 900 }, (_, i) => 10 + Math.sin(i * i) * 1.7);
  await call(await technician(), addPoints, { id, points: brought(values, 'many') });
  const all = await pointsOf(id, { limit: 10_000 });
  expect(all.map(({ items }) => items[0])).toEqual(values);
  expect(all.flatMap(({ rules }) => rules).length).toBeGreaterThan(5);
  expect(await pointsOf(id, { limit: 50 })).toEqual(all.slice(850));
  expect(await pointsOf(id, { limit: 50, before: 600 })).toEqual(all.slice(550, 600));
  expect(await pointsOf(id, { limit: 50, after: 255 })).toEqual(all.slice(256, 306));
  expect(await pointsOf(id, { after: 899 })).toEqual([]);
  expect(await pointsOf(id, { before: 0 })).toEqual([]);
});
