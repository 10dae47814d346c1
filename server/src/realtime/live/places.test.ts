import { mostPlaces, type Place } from '@cobench/shared/realtime/live';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId, record } from '../../../test/laboratory.ts';
import { openLive, type LiveClient } from '../../../test/live-client.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());

async function dashboard(email = 'viewer@acme.test'): Promise<LiveClient> {
  const live = await openLive(await app.as(email));
  onTestFinished(() => live.close());
  return live;
}
const hear = (live: LiveClient, places: Place[] | null) => live.socket.timeout(5000).emitWithAck('hear', { places });
const idsOf = (live: LiveClient) => new Set(live.news('run.changed').map(({ id }) => id));
const project = (id: string): Place => ({ kind: 'project', id });
/** Told after everything that was to be told before. */
async function settled(live: LiveClient): Promise<void> {
  const { id } = await lab.aProject();
  await live.until('project.changed', (projects) => projects.some((one) => one.id === id));
}

test('[LV24] who names a project hears of its runs and of no others, and of projects all the same', async () => {
  const live = await dashboard();
  const { id: projectId } = await lab.aProject();
  expect(await hear(live, [project(projectId)])).toEqual({ ok: true });
  const [other, mine] = [await lab.aRun(), await lab.aRun({ projectId })];
  await live.until('run.changed', (runs) => runs.some(({ id }) => id === mine.id));
  await settled(live);
  expect(idsOf(live)).toEqual(new Set([mine.id]));
  expect(await hear(live, null)).toEqual({ ok: true });
  await call(await app.as('technician@acme.test'), runEndpoints.start, { id: other.id });
  await live.until('run.changed', (runs) => runs.some(({ id }) => id === other.id));
});

test('[LV24] who names a tool hears of the runs on it, in whatever project', async () => {
  const live = await dashboard();
  const instrument = await lab.anInstrument({ calibrationRequired: false });
  await hear(live, [{ kind: 'instrument', id: instrument.id }]);
  await lab.aRun();
  const on = await lab.aRun({ instrumentId: instrument.id });
  await live.until('run.changed', (runs) => runs.some(({ id }) => id === on.id));
  await settled(live);
  expect(idsOf(live)).toEqual(new Set([on.id]));
});

test('[LV24] who names nothing hears of the run that they watch, once, and of no other', async () => {
  const run = await lab.aRunningRun();
  const live = await dashboard();
  await live.socket.timeout(5000).emitWithAck('watch.run', { id: run.id, after: 0 });
  await hear(live, []);
  await lab.aRun();
  await record(await lab.aMachine(), run.id, [{ kind: 'progress', fraction: 0.5 }]);
  await live.until('run.changed', (runs) => runs.some(({ progress }) => progress === 0.5));
  await settled(live);
  expect(idsOf(live)).toEqual(new Set([run.id]));
  expect(live.news('run.changed').filter(({ progress }) => progress === 0.5)).toHaveLength(1);
});

test('[LV24] what is not to be seen cannot be named, exactly as an unknown place, and then nothing changes', async () => {
  const stranger = await dashboard('admin@borealis.test');
  const [{ id }, instrument] = [await lab.aProject(), await lab.anInstrument()];
  const theirs = await laboratory(app, 'borealis.test').aProject();
  const refused: Place[][] = [
    [project(id)],
    [{ kind: 'instrument', id: instrument.id }],
    [project(nobodysId)],
    [project(theirs.id), project(id)],
  ];
  for (const places of refused) expect(await hear(stranger, places)).toEqual({ ok: false });
  const run = await laboratory(app, 'borealis.test').aRun();
  await stranger.until('run.changed', (runs) => runs.some((one) => one.id === run.id));
});

test('[LV24] a request that is malformed, or names too much, changes nothing, and the connection lives', async () => {
  const live = await dashboard();
  const many = Array.from({ length: mostPlaces + 1 }, () => project(nobodysId));
  for (const request of [null, {}, { places: 'all' }, { places: [{ kind: 'org', id: nobodysId }] }, { places: many }]) {
    expect(await live.socket.timeout(5000).emitWithAck('hear', request as never)).toEqual({ ok: false });
  }
  live.socket.emit('hear', { places: [] }, 'no function' as never);
  expect(await hear(live, null)).toEqual({ ok: true });
});

test('[LV24] a named project that is restricted is silent from that moment on', async () => {
  const live = await dashboard('engineer@acme.test');
  const { id: projectId } = await lab.aProject();
  const instrument = await lab.anInstrument({ calibrationRequired: false });
  await hear(live, [project(projectId), { kind: 'instrument', id: instrument.id }]);
  const admin = await app.as('admin@acme.test');
  await call(admin, projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  await live.until('session.projects', (told) => told.length > 0);
  await call(admin, runEndpoints.create, { projectId, instrumentId: instrument.id, name: 'Secret' });
  await settled(live);
  expect(live.news('run.changed')).toEqual([]);
});
