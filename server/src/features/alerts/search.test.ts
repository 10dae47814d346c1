import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());

const { list } = alertEndpoints;

test('alerts are found by a part of the name of their series, their rule or its title, taken literally', async () => {
  const engineer = await app.as('engineer@acme.test');
  const { id: projectId } = await lab.aProject();
  for (const name of ['Etch (front)', 'Oven']) {
    const limits = { from: 'given', center: 10, sigma: 1 } as const;
    const chart = { projectId, name, source: { from: 'points' }, limits } as const;
    const { id } = await call(engineer, seriesEndpoints.create, chart);
    await call(engineer, seriesEndpoints.addPoints, { id, points: [{ items: [20], key: 'one' }] });
  }
  const viewer = await app.as('viewer@acme.test');
  const found = async (q: string) =>
    (await call(viewer, list, { projectId, q })).items.map(({ seriesName }) => seriesName);
  expect(await found('h (FR')).toEqual(['Etch (front)']);
  expect(await found('we1')).toEqual(['Oven', 'Etch (front)']);
  expect(await found('beyond')).toEqual(['Oven', 'Etch (front)']);
  expect(await found('.*')).toEqual([]);
  const closed = await call(viewer, list, { projectId, q: 'Oven', state: 'closed' });
  expect(closed.items).toEqual([]);
  expect(await refusal(viewer, list, { projectId, q: 'x'.repeat(121) })).toMatchObject({ status: 400 });
});
