import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

const { impact, revoke } = calibrationEndpoints;
const minute = 60_000;
let start = Date.now();
let time = start;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ clock: () => new Date(time) })));
beforeEach(() => void (start = time));
afterAll(() => app.close());

const pass = (minutes: number) => void (time += minutes * minute);
const now = () => new Date(time).toISOString();
const as = (role: string) => app.as(`${role}@acme.test`);

/** An instrument in use: good, run, run, failed, (run), good again, run; a minute between. */
async function aHistory() {
  const lab = laboratory(app);
  const instrument = await lab.anInstrument();
  const { id: projectId } = await lab.aProject();
  const calibrated = async (result: 'pass' | 'fail') => {
    const made = await lab.aCalibration(instrument.id, { performedAt: now(), result });
    pass(1);
    return made;
  };
  const ran = async () => {
    const run = await lab.aRunningRun({ projectId, instrumentId: instrument.id });
    await call(await as('technician'), runEndpoints.finish, { id: run.id, outcome: 'completed' });
    pass(1);
    return run.id;
  };
  return { lab, instrument, projectId, calibrated, ran };
}
const impactOf = async (id: string, over: { limit?: number; cursor?: string } = {}) =>
  call(await as('viewer'), impact, { id, ...over });
const idsOf = async (id: string) => (await impactOf(id)).items.map((run) => run.id);

test('a failed calibration puts the runs since the last good one in doubt, until the next good one', async () => {
  const { calibrated, ran, instrument } = await aHistory();
  const early = await calibrated('pass');
  await ran();
  const good = await calibrated('pass');
  const runs = [await ran(), await ran()];
  const bad = await calibrated('fail');
  expect(await impactOf(bad.id)).toMatchObject({
    items: runs.map((id) => ({ id, state: 'completed' })),
    doubt: { since: good.performedAt, until: null, reason: expect.stringContaining(`${instrument.name} of `) },
  });
  const next = await calibrated('pass');
  await ran();
  expect(await impactOf(bad.id)).toMatchObject({ doubt: { until: next.performedAt } });
  expect(await idsOf(bad.id)).toEqual(runs);
  expect(await impactOf(good.id)).toEqual({ doubt: null, items: [], nextCursor: null });

  const first = await impactOf(bad.id, { limit: 1 });
  const second = await impactOf(bad.id, { limit: 1, cursor: first.nextCursor! });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(runs);
  expect(second.nextCursor).toBeNull();

  // Where that good one was no good either, all since the one before it is in doubt.
  await call(await as('pi'), revoke, { id: good.id, reason: 'Wrong standard' });
  expect(await idsOf(bad.id)).toHaveLength(3);
  expect(await impactOf(bad.id)).toMatchObject({ doubt: { since: early.performedAt } });
});

test('a revoked certificate puts in doubt what was started since the named moment', async () => {
  const { calibrated, ran } = await aHistory();
  const good = await calibrated('pass');
  await ran();
  const since = now();
  const later = await ran();
  await call(await as('pi'), revoke, { id: good.id, reason: 'Dropped', doubtfulSince: since });
  expect(await idsOf(good.id)).toEqual([later]);
  expect(await impactOf(good.id)).toMatchObject({ doubt: { since, until: null } });
});

test('runs of a project that one does not see are not among them', async () => {
  const { calibrated, ran, projectId } = await aHistory();
  const good = await calibrated('pass');
  const run = await ran();
  const pi = await as('pi');
  await call(pi, revoke, { id: good.id, reason: 'Dropped' });
  const { id: me } = await call(pi, identityEndpoints.me, {});
  const people = { restricted: true, people: [me] };
  await call(pi, projectEndpoints.restrict, { id: projectId, version: 0, ...people });
  expect(await idsOf(good.id)).toEqual([]);
  expect((await call(pi, impact, { id: good.id })).items.map(({ id }) => id)).toEqual([run]);
});
