import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const [engineer, viewer] = ['engineer', 'viewer'].map((role) => () => app.as(`${role}@acme.test`)) as [
  () => ReturnType<TestApp['as']>,
  () => ReturnType<TestApp['as']>,
];
const [, , , runOfEight] = ruleSets['western-electric'];

async function alertsFor(values: readonly number[]) {
  const { id: projectId } = await lab.aProject();
  const { id } = await call(await engineer(), seriesEndpoints.create, {
    projectId,
    name: `Film ${values.length}`,
    unit: 'nm',
    source: { from: 'points' },
    limits: { from: 'given', center: 10, sigma: 1 },
    rules: [{ ...runOfEight }],
  });
  const points = values.map((value, i) => ({ items: [value], key: `p${i}` }));
  await call(await engineer(), seriesEndpoints.addPoints, { id, points });
  return (await call(await viewer(), alertEndpoints.list, { seriesId: id })).items;
}

test('a run on one side is explained by its eight points, the rule with the numbers of the chart, and who set the limits', async () => {
  const alerts = await alertsFor([...Array.from({ length: 12 }, () => 9.5), ...Array.from({ length: 9 }, () => 10.5)]);
  const alert = alerts.find(({ side }) => side === 'above');
  expect(alert).toMatchObject({ rule: 'WE4', firstIndex: 19, lastIndex: 20, signals: 2 });
  const why = await call(await viewer(), alertEndpoints.why, { id: String(alert?.id) });
  expect(why.words).toBe('8 points in a row above the centre line at 10 nm.');
  expect(why.window).toEqual({ first: 12, last: 19 });
  expect(why.points.map(({ index }) => index)).toEqual(Array.from({ length: 14 }, (_, i) => 7 + i));
  expect(why.points.at(-1)).toMatchObject({ value: 10.5, center: 10, ucl: 13, lcl: 7, rules: ['WE4'] });
  expect(why.rule).toMatchObject({ id: 'WE4', window: 8 });
  expect(why.limits).toMatchObject({
    version: alert?.limitsVersion,
    byName: 'Mateo Herrera',
    source: { from: 'given' },
  });
  expect(why.formula).toContain('The chart plots each measurement.');
  expect(why.source).toContain('6.3.2.2');
  expect(why.conventions).toContain('A point on the centre line is on neither side and breaks a run on one side.');
});

test('the window of an early alert does not reach before the first point', async () => {
  const [alert] = await alertsFor(Array.from({ length: 8 }, () => 11));
  const why = await call(await viewer(), alertEndpoints.why, { id: String(alert?.id) });
  expect([why.window, why.points.length]).toEqual([{ first: 0, last: 7 }, 8]);
});

test('an alert that lasts is explained by its beginning', async () => {
  const [alert] = await alertsFor(Array.from({ length: 200 }, () => 11));
  const why = await call(await viewer(), alertEndpoints.why, { id: String(alert?.id) });
  expect([why.points[0]?.index, why.points.at(-1)?.index]).toEqual([0, 59]);
});
