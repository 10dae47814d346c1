import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, record, rulesOf } from '../../../test/laboratory.ts';

const { get, points, addPoints, revise, preview, limits } = seriesEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const engineer = () => app.as('engineer@acme.test');
const technician = () => app.as('technician@acme.test');
const viewer = () => app.as('viewer@acme.test');
const seriesOf = async (id: string) => call(await viewer(), get, { id });
const pointsOf = async (id: string) => (await call(await viewer(), points, { id, limit: 10_000 })).items;
const alertsOf = async (seriesId: string) =>
  (await call(await viewer(), alertEndpoints.list, { seriesId, limit: 200 })).items.toReversed();
const signalsOf = async (id: string) =>
  (await pointsOf(id)).flatMap(({ index, rules }) => rules.map((rule) => `${index} ${rule}`));

let keys = 0;
const bring = async (id: string, values: readonly number[]) =>
  call(await technician(), addPoints, {
    id,
    points: values.map((value) => ({ items: [value], key: `key ${++keys}` })),
  });
async function aChart(values: readonly number[], over: Parameters<typeof lab.aSeries>[0] = {}) {
  const { id } = await lab.aSeries({ source: { from: 'points' }, rules: rulesOf('WE1'), ...over });
  if (values.length > 0) await bring(id, values);
  return id;
}
type Change = Omit<Parameters<typeof call<typeof revise.input, typeof revise.output>>[2], 'id' | 'revision' | 'reason'>;
async function change(id: string, to: Change, reason = 'Because') {
  const { revision } = await seriesOf(id);
  return call(await engineer(), revise, { id, revision, reason, ...to });
}

test('other limits withdraw alerts and raise others; taken back, everything is as it was', async () => {
  const id = await aChart([10, 14, 10, 8, 10]);
  const [before] = await alertsOf(id);
  const acknowledge = { id: before!.id, comment: 'Seen' };
  const acknowledged = await call(await technician(), alertEndpoints.acknowledge, acknowledge);

  const to = { limits: { from: 'given', center: 12, sigma: 1 } } as const;
  const shown = await call(await viewer(), preview, { id, ...to });
  expect(shown).toMatchObject({ appearing: 1, vanishing: 1, stays: 0 });
  expect(shown.appears).toMatchObject([{ rule: 'WE1', side: 'below', firstIndex: 3, alertId: null }]);
  expect(shown.vanishes).toMatchObject([{ firstIndex: 1, side: 'above', alertId: before!.id }]);
  expect(await signalsOf(id)).toEqual(['1 WE1']);

  const { series, diff } = await change(id, to, 'The recipe has changed');
  expect(diff).toMatchObject({ appearing: 1, vanishing: 1, stays: 0 });
  expect(series).toMatchObject({ limitsVersion: 2, openAlerts: 1, revision: 1 });
  expect(await signalsOf(id)).toEqual(['3 WE1']);
  expect(await alertsOf(id)).toMatchObject([
    { id: before!.id, withdrawn: { limitsVersion: 2, byName: 'Mateo Herrera' }, state: 'acknowledged' },
    { id: diff.appears[0]?.alertId, firstIndex: 3, side: 'below', value: 8, state: 'open', limitsVersion: 2 },
  ]);

  await change(id, { limits: { from: 'given', center: 10, sigma: 1 } });
  expect(await signalsOf(id)).toEqual(['1 WE1']);
  const [back, gone] = await alertsOf(id);
  expect(back).toMatchObject({
    withdrawn: null,
    state: 'acknowledged',
    acknowledgements: acknowledged.acknowledgements,
  });
  expect(gone).toMatchObject({ withdrawn: { limitsVersion: 3 } });
  expect(await seriesOf(id)).toMatchObject({ openAlerts: 1, limitsVersion: 3 });
});

test('an excluded point sets other limits, says who left it out and why, and counts again when it is included', async () => {
  const baseline = [10, 11, 10, 40, 10, 9, 10, 11, 10, 10];
  const id = await aChart([...baseline, 16], { limits: { from: 'baseline', points: 10 } });
  const first = await pointsOf(id);
  expect(await signalsOf(id)).toEqual(['3 WE1']);
  await change(id, { exclude: [3] }, 'The probe was off');
  const stored = await pointsOf(id);
  expect(stored[3]).toMatchObject({
    value: 40,
    rules: [],
    excluded: { byName: 'Mateo Herrera', reason: 'The probe was off' },
  });
  expect(stored[0]?.center).toBeCloseTo(91 / 9, 10);
  expect(await signalsOf(id)).toEqual(['10 WE1']);
  expect(await alertsOf(id)).toMatchObject([
    { firstIndex: 3, withdrawn: { limitsVersion: 3 } },
    { firstIndex: 10, withdrawn: null },
  ]);
  await change(id, { include: [3] }, 'It was not');
  expect(await pointsOf(id)).toEqual(first);
  expect(await alertsOf(id)).toMatchObject([
    { firstIndex: 3, withdrawn: null },
    { firstIndex: 10, withdrawn: { limitsVersion: 4 } },
  ]);
  expect(await seriesOf(id)).toMatchObject({ openAlerts: 1 });
});

test('every version of the limits stays: who made it, why, and from which points', async () => {
  const id = await aChart([9, 10, 11, 10, 9, 12], { limits: { from: 'baseline', points: 4 } });
  await change(id, { exclude: [1] }, 'Dust');
  await change(id, { limits: { from: 'points', first: 2, last: 5 } }, 'Newer ones');
  const { items } = await call(await viewer(), limits, { id });
  expect(items.map(({ version, byName, reason, change: what }) => [version, byName, reason, what])).toEqual([
    [4, 'Mateo Herrera', 'Newer ones', 'Limits from points 3 to 6'],
    [3, 'Mateo Herrera', 'Dust', 'Limits from points 1 to 4, 1 of them left out'],
    [2, 'Cobench', 'The baseline is complete.', 'Limits from points 1 to 4'],
    [1, 'Mateo Herrera', 'The chart was made.', 'Limits will come from the first 4 points'],
  ]);
  expect(items[1]).toMatchObject({ basedOn: { first: 0, last: 3, excluded: [1], count: 3 }, start: 0 });
  const page = await call(await viewer(), limits, { id, limit: 3 });
  expect((await call(await viewer(), limits, { id, limit: 3, cursor: page.nextCursor! })).items).toEqual(
    items.slice(3),
  );
});

test('a phase begins with limits of its own; points before it are judged as before, and what comes by the new ones', async () => {
  const id = await aChart([10, 14, 20, 21, 20, 14]);
  const startPhase = { at: 2, name: 'New target' };
  const { series, diff } = await change(id, { startPhase, limits: { from: 'given', center: 20, sigma: 1 } });
  expect(series.phases).toMatchObject([
    { start: 0, name: 'Phase 1', limitsVersion: 1 },
    { start: 2, name: 'New target', limitsVersion: 2, parameters: { center: 20 } },
  ]);
  // One alarm over points 1 to 5 is now one at point 1 and one below at point 5.
  expect(diff).toMatchObject({ appearing: 1, stays: 1 });
  expect(await signalsOf(id)).toEqual(['1 WE1', '5 WE1']);
  await bring(id, [14, 20, 30]);
  expect(await signalsOf(id)).toEqual(['1 WE1', '5 WE1', '6 WE1', '8 WE1']);
  expect(await alertsOf(id)).toMatchObject([
    { side: 'above', firstIndex: 1, lastIndex: 1, signals: 1, phaseStart: 0 },
    { side: 'below', firstIndex: 5, lastIndex: 6, signals: 2, phaseStart: 2 },
    { side: 'above', firstIndex: 8, phaseStart: 2, limitsVersion: 2 },
  ]);
  const joined = await change(id, { phase: 2, endPhase: true });
  expect(joined.series.phases).toMatchObject([{ start: 0, limitsVersion: 3, parameters: { center: 10 } }]);
  expect(await signalsOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((index) => `${index} WE1`));
});

test('a new phase that begins with the next point collects a baseline of its own', async () => {
  const id = await aChart([10, 10, 10]);
  await change(id, { startPhase: { at: 3, name: 'After service' }, limits: { from: 'baseline', points: 3 } });
  await bring(id, [50, 51]);
  expect((await pointsOf(id)).slice(3)).toMatchObject([{ center: null }, { center: null }]);
  await bring(id, [52, 90]);
  expect(await signalsOf(id)).toEqual(['6 WE1']);
  expect(await seriesOf(id)).toMatchObject({ limitsVersion: 3, openAlerts: 1 });
  const versions = (await call(await viewer(), limits, { id })).items;
  expect(versions[0]).toMatchObject({ version: 3, byName: 'Cobench', basedOn: { first: 3, last: 5 } });
});

test('other rules judge all points of their phase anew, and those that come', async () => {
  const id = await aChart([11, 11, 11, 11, 11, 11, 11, 11]);
  expect(await signalsOf(id)).toEqual([]);
  const { diff } = await change(id, { rules: [...ruleSets.nelson].slice(0, 3).concat(rulesOf('WE4') as never) });
  expect(diff.appears).toMatchObject([{ rule: 'WE4', firstIndex: 7, signals: 1 }]);
  await bring(id, [11]);
  expect(await signalsOf(id)).toEqual(['7 WE4', '8 N2', '8 WE4']);
  expect(await alertsOf(id)).toMatchObject([{ rule: 'WE4', signals: 2 }, { rule: 'N2' }]);
});

test('an alert that was closed does not go on: the next signal opens another, and a revision keeps both', async () => {
  const id = await aChart([10, 14]);
  const [alert] = await alertsOf(id);
  const pi = await app.as('pi@acme.test');
  await call(pi, alertEndpoints.close, { id: alert!.id, verdict: 'false-alarm', revision: alert!.revision });
  expect(await seriesOf(id)).toMatchObject({ openAlerts: 0 });
  await bring(id, [14]);
  expect(await alertsOf(id)).toMatchObject([
    { state: 'closed', lastIndex: 1 },
    { state: 'open', firstIndex: 2 },
  ]);
  await change(id, { name: 'Renamed' });
  expect(await alertsOf(id)).toMatchObject([{ withdrawn: null }, { withdrawn: null, firstIndex: 2 }]);
  expect(await seriesOf(id)).toMatchObject({ openAlerts: 1 });
});

test('where an alarm begins earlier so does its alert; where two become one each keeps its own points', async () => {
  const id = await aChart([12.5, 14, 10, 14]);
  const told = async () =>
    (await alertsOf(id)).map(({ firstIndex, lastIndex, signals, value }) => [firstIndex, lastIndex, signals, value]);
  expect(await told()).toEqual([
    [1, 1, 1, 14],
    [3, 3, 1, 14],
  ]);
  await change(id, { limits: { from: 'given', center: 5, sigma: 1 } });
  expect(await told()).toEqual([
    [0, 2, 3, 12.5],
    [3, 3, 1, 14],
  ]);
  await change(id, { limits: { from: 'given', center: 10, sigma: 1 } });
  expect(await told()).toEqual([
    [1, 1, 1, 14],
    [3, 3, 1, 14],
  ]);
});

test('points that come while limits change are judged by the one or the other, and nothing is lost or doubled', async () => {
  const series = await lab.aSeries({ rules: rulesOf('WE1', 'WE4') });
  const { id, projectId } = series;
  const [run, machine] = [await lab.aRunningRun({ projectId }), await lab.aMachine()];
  const feeding = Promise.all(
    Array.from({ length: 40 }, (_, i) => record(machine, run.id, measured([10 + (i % 5) * 0.9, 13.5]), `b${i}`)),
  );
  for (const center of [11, 9, 12]) await change(id, { limits: { from: 'given', center, sigma: 1 } });
  await feeding;
  const stored = await pointsOf(id);
  expect(stored.map(({ index }) => index)).toEqual(Array.from({ length: 80 }, (_, i) => i));
  const alerts = (await alertsOf(id)).filter(({ withdrawn }) => withdrawn === null);
  for (const rule of ['WE1', 'WE4']) {
    const told = alerts
      .filter((alert) => alert.rule === rule)
      .flatMap(({ firstIndex, lastIndex, signals }) => {
        expect(lastIndex - firstIndex + 1).toBe(signals);
        return Array.from({ length: signals }, (_, i) => firstIndex + i);
      });
    const signalled = stored.filter(({ rules }) => rules.includes(rule)).map(({ index }) => index);
    expect(told.toSorted((a, b) => a - b)).toEqual(signalled);
  }
  expect((await seriesOf(id)).openAlerts).toBe(alerts.length);
});

test.each([
  [{}, undefined],
  [{ exclude: [3] }, '/exclude/0'],
  [{ exclude: [-1] }, '/exclude/0'],
  [{ exclude: [1.5] }, '/exclude/0'],
  [{ include: [1], exclude: [1] }, '/include/0'],
  [{ phase: 7, name: 'x' }, '/phase'],
  [{ endPhase: true }, '/endPhase'],
  [{ startPhase: { at: 0, name: 'x' } }, '/startPhase/at'],
  [{ startPhase: { at: 4, name: 'x' } }, '/startPhase/at'],
  [{ limits: { from: 'points', first: 1, last: 3 } }, '/limits/last'],
  [{ limits: { from: 'points', first: 2, last: 1 } }, '/limits/last'],
  [{ limits: { from: 'given', center: 1, sigma: -1 } }, '/limits/sigma'],
  [{ rules: [] }, '/rules'],
  [{ exclude: [0, 1, 2], limits: { from: 'points', first: 0, last: 2 } }, '/limits'],
  [{ exclude: Array.from({ length: 1001 }, (_, i) => i) }, '/exclude'],
])('a revision that cannot be made changes nothing (%#)', async (to, pointer) => {
  const id = await aChart([1, 2, 3]);
  const before = await seriesOf(id);
  const by = await engineer();
  for (const path of ['revisions', 'revisions/preview']) {
    const more = path === 'revisions' ? { revision: 0, reason: 'Because' } : {};
    const answer = await by.send('POST', `/api/v1/series/${id}/${path}`, { ...to, ...more });
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as { errors?: { pointer: string }[] };
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  }
  expect(await seriesOf(id)).toEqual(before);
});

test('who has not seen it as it is, gives no reason, or may not, changes nothing', async () => {
  const id = await aChart([1]);
  const to = { id, revision: 0, reason: 'Because', name: 'Mine' };
  expect(await refusal(await technician(), revise, to)).toMatchObject({ status: 403 });
  expect(await refusal(await app.as('admin@borealis.test'), revise, to)).toMatchObject({ status: 404 });
  expect(await refusal(await app.as('admin@borealis.test'), preview, { id, name: 'x' })).toMatchObject({ status: 404 });
  expect(await refusal(await engineer(), revise, { ...to, reason: ' ' })).toMatchObject({ status: 400 });
  await call(await engineer(), revise, to);
  expect(await refusal(await engineer(), revise, to)).toMatchObject({ status: 409, type: 'edit.conflict' });
});

test('of revisions at once one is made', async () => {
  const id = await aChart([1, 2, 3]);
  const by = await Promise.all([engineer(), app.as('pi@acme.test'), app.as('admin@acme.test')]);
  const making = by.map((one, i) => call(one, revise, { id, revision: 0, reason: 'Because', name: `Name ${i}` }));
  const made = await Promise.allSettled(making);
  expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await seriesOf(id)).toMatchObject({ revision: 1, limitsVersion: 2 });
});

test('a baseline that no CUSUM can be drawn from keeps nobody from measuring, and is told where it is asked for', async () => {
  const chart = { kind: 'cusum' } as const;
  const id = await aChart([10, 10, 10, 10], { chart, limits: { from: 'baseline', points: 4 } });
  expect(await bring(id, [11])).toMatchObject({ accepted: 1, pointCount: 5 });
  expect((await seriesOf(id)).phases[0]?.parameters).toBeNull();
  const asked = { id, limits: { from: 'points', first: 0, last: 3 } } as const;
  expect(await refusal(await viewer(), preview, asked)).toMatchObject({ type: 'input.invalid', status: 400 });
});

test('an alert whose points signal again counts what has signalled meanwhile', async () => {
  const id = await aChart([10, 14]);
  await change(id, { limits: { from: 'given', center: 13, sigma: 1 }, rules: rulesOf('WE1') });
  await change(id, { exclude: [0] });
  await bring(id, [14, 15]);
  await change(id, { limits: { from: 'given', center: 10, sigma: 1 } });
  const [first] = (await alertsOf(id)).filter(({ withdrawn }) => withdrawn === null);
  expect(first).toMatchObject({ firstIndex: 1, lastIndex: 3, signals: 3 });
  await bring(id, [15]);
  const [then] = (await alertsOf(id)).filter(({ withdrawn }) => withdrawn === null);
  expect(then).toMatchObject({ lastIndex: 4, signals: 4 });
});

test('points that are read many at once are those that are read one by one, also where they are excluded later', async () => {
  const values = Array.from({ length: 1024 }, (_, i) => 10 + Math.sin(i) / 2);
  const id = await aChart(values.slice(0, 300));
  for (const [from, to] of [
    [300, 511],
    [511, 512],
    [512, 1024],
  ])
    await bring(id, values.slice(from, to));
  const plain = await pointsOf(id);
  expect(plain.map(({ index, items }) => [index, ...items])).toEqual(values.map((value, i) => [i, value]));
  await change(id, { exclude: [3, 255, 256, 600] }, 'Dust');
  await change(id, { include: [255] }, 'None there');

  const several = await pointsOf(id);
  expect(several.flatMap(({ index, excluded }) => (excluded ? [index] : []))).toEqual([3, 256, 600]);
  const middle = async () => (await call(await viewer(), points, { id, after: 199, limit: 400 })).items;
  expect(await middle()).toEqual(several.slice(200, 600));

  const stretches = app.connection.collection('series_stretches');
  await expect.poll(() => stretches.countDocuments({ seriesId: id })).toBe(3);
  await stretches.deleteMany({ seriesId: id });
  expect(await pointsOf(id)).toEqual(several);
  expect(await middle()).toEqual(several.slice(200, 600));
});

test('what was packed in excluding points is not packed anew by who brought more of them', async () => {
  const values = Array.from({ length: 1024 }, (_, i) => 10 + Math.sin(i) / 2);
  const id = await aChart(values.slice(0, 200));
  const stretches = app.connection.collection('series_stretches');
  const { orgId } = (await app.connection.collection('series_points').findOne({ seriesId: id }))!;
  await stretches.insertOne({ orgId, seriesId: id, first: 256, text: 'newer' });
  await bring(id, values.slice(200));
  await expect.poll(() => stretches.countDocuments({ seriesId: id })).toBe(3);
  expect(await stretches.findOne({ seriesId: id, first: 256 })).toMatchObject({ text: 'newer' });
});
