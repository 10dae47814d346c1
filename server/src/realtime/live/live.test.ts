import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { mostWatches, type WatchAnswer } from '@cobench/shared/realtime/live';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Agent } from '../../../test/agent.ts';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';
import { LiveClient, openLive } from '../../../test/live-client.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());

async function dashboard(agent: Agent | string): Promise<LiveClient> {
  const live = await openLive(typeof agent === 'string' ? await app.as(agent) : agent);
  onTestFinished(() => live.close());
  return live;
}
const watchRun = (live: LiveClient, id: string, after: number): Promise<WatchAnswer<RunEvent>> =>
  live.socket.timeout(5000).emitWithAck('watch.run', { id, after });
const connecting = (headers: Record<string, string>) => {
  const client = new LiveClient(app.origin, headers);
  onTestFinished(() => client.close());
  return client.connected();
};

test('[LV6] an alert reaches a second person of the organisation, and nobody of another', async () => {
  const [second, stranger] = await Promise.all([dashboard('viewer@acme.test'), dashboard('admin@borealis.test')]);
  const series = await lab.aSeries();
  const run = await lab.aRunningRun({ projectId: series.projectId });
  await record(machine, run.id, measured([10, 14]));
  const [alert] = await second.until('alert.changed', (alerts) => alerts.length > 0);
  expect(alert).toMatchObject({ seriesId: series.id, rule: 'WE1', value: 14, state: 'open' });
  await second.until('series.changed', (changes) => changes.at(-1)?.openAlerts === 1);

  await call(await app.as('technician@acme.test'), alertEndpoints.acknowledge, { id: alert!.id, comment: 'Seen' });
  const alerts = await second.until('alert.changed', (alerts) => alerts.length > 1);
  expect(alerts.at(-1)).toMatchObject({
    id: alert!.id,
    state: 'acknowledged',
    acknowledgements: [{ comment: 'Seen' }],
  });
  // Something of their own does reach them, so that silence means something.
  await laboratory(app, 'borealis.test').aProject();
  await stranger.until('project.changed', (projects) => projects.length > 0);
  expect(stranger.told.map(({ event }) => event)).toEqual(['session.role', 'project.changed']);
});

test('[LV6] that an instrument stands otherwise with its calibration reaches the organisation, and nobody of another', async () => {
  const [viewer, stranger] = await Promise.all([dashboard('viewer@acme.test'), dashboard('admin@borealis.test')]);
  const { id: instrumentId } = await lab.anInstrument();
  await lab.aCalibration(instrumentId);
  expect(await viewer.until('calibration.changed', (told) => told.length > 0)).toEqual([{ instrumentId }]);
  await laboratory(app, 'borealis.test').aProject();
  await stranger.until('project.changed', (projects) => projects.length > 0);
  expect(stranger.news('calibration.changed')).toEqual([]);
});

test('[LV6] a board hears that a calibration has expired when it has', async () => {
  const live = await dashboard('viewer@acme.test');
  const { id } = await lab.anInstrument();
  await lab.aCalibration(id, { expiresAt: new Date(Date.now() + 1000).toISOString() });
  await live.until('calibration.changed', (told) => told.filter(({ instrumentId }) => instrumentId === id).length > 1);
  const viewer = await app.as('viewer@acme.test');
  expect(await call(viewer, calibrationEndpoints.status, { id })).toMatchObject({ standing: 'expired' });
});

test('[LV6] boards hear of projects and runs', async () => {
  const live = await dashboard('viewer@acme.test');
  const run = await lab.aRun();
  await live.until('project.changed', (projects) => projects.some(({ id }) => id === run.projectId));
  await live.until('run.changed', (runs) => runs.some(({ id, state }) => id === run.id && state === 'pending'));
  await call(await app.as('technician@acme.test'), runEndpoints.start, { id: run.id });
  await live.until('run.changed', (runs) => runs.some(({ id, state }) => id === run.id && state === 'running'));
  await call(await app.as('pi@acme.test'), projectEndpoints.remove, { id: run.projectId });
  const deleted = await live.until('project.deleted', (projects) => projects.length > 0);
  expect(deleted).toEqual([{ id: run.projectId }]);
});

test('[LV7] a fast instrument does not flood the boards, and the last word is the newest', async () => {
  const live = await dashboard('viewer@acme.test');
  const run = await lab.aRunningRun();
  const begin = performance.now();
  for (let step = 1; step <= 60; step++) await record(machine, run.id, [{ kind: 'progress', fraction: step / 60 }]);
  const took = performance.now() - begin;
  const told = await live.until('run.changed', (runs) => runs.at(-1)?.progress === 1);
  expect(told.filter(({ id }) => id === run.id).length).toBeLessThan(took / 100 + 4);
});

test('[LV8] whoever watches a run hears what it records; others of the organisation do not', async () => {
  const [watching, idle] = await Promise.all([dashboard('viewer@acme.test'), dashboard('engineer@acme.test')]);
  const run = await lab.aRunningRun();
  expect(await watchRun(watching, run.id, 1)).toEqual({ ok: true, missed: [] });
  await record(machine, run.id, measured([1, 2]));
  const [batch] = await watching.until('run.recorded', (batches) => batches.length > 0);
  expect(batch).toMatchObject({
    runId: run.id,
    events: [
      { seq: 2, value: 1 },
      { seq: 3, value: 2 },
    ],
  });
  expect(idle.news('run.recorded')).toEqual([]);

  watching.socket.emit('unwatch', { kind: 'run', id: run.id });
  // Answered after the unwatch, for a connection is served in order.
  await watchRun(watching, nobodysId, 0);
  await record(machine, run.id, measured([3]));
  await watching.until('run.changed', (runs) => runs.some(({ id, lastSeq }) => id === run.id && lastSeq === 4));
  expect(watching.news('run.recorded')).toHaveLength(1);
});

test('[LV9] a watch answers everything after the number that was seen', async () => {
  const live = await dashboard('viewer@acme.test');
  const series = await lab.aSeries();
  const run = await lab.aRunningRun({ projectId: series.projectId });
  await record(machine, run.id, measured([10, 11, 12]));
  const answer = await watchRun(live, run.id, 2);
  expect(answer).toMatchObject({ ok: true, missed: [{ seq: 3 }, { seq: 4 }] });
  const points = await live.socket.timeout(5000).emitWithAck('watch.series', { id: series.id, after: 0 });
  expect(points).toMatchObject({
    ok: true,
    missed: [
      { index: 1, value: 11 },
      { index: 2, value: 12 },
    ],
  });
  await record(machine, run.id, measured([13]));
  const [growth] = await live.until('series.grew', (growths) => growths.length > 0);
  expect(growth).toMatchObject({ seriesId: series.id, points: [{ index: 3, value: 13 }] });
});

test('[LV11] who missed too much is told to reload', async () => {
  const live = await dashboard('viewer@acme.test');
  const run = await lab.aRunningRun();
  for (let batch = 0; batch < 11; batch++)
    await record(machine, run.id, measured(Array.from({ length: 500 }, () => 1)));
  expect(await watchRun(live, run.id, 0)).toEqual({ ok: true, reload: true });
  expect(await watchRun(live, run.id, 5000)).toMatchObject({ ok: true, missed: expect.any(Array) });
});

test('[LV10] through dropped connections nothing is missed and nothing is seen twice', async () => {
  const live = await dashboard('viewer@acme.test');
  const run = await lab.aRunningRun();
  const seen: number[] = [1];
  const take = (events: readonly RunEvent[]) => {
    for (const { seq } of events) {
      if (seq <= seen.at(-1)!) continue;
      if (seq > seen.at(-1)! + 1) void ask();
      else seen.push(seq);
    }
  };
  async function ask(): Promise<void> {
    const answer = await watchRun(live, run.id, seen.at(-1)!).catch(() => null);
    if (answer?.ok && 'missed' in answer) take(answer.missed);
  }
  live.socket.on('run.recorded', ({ events }) => take(events));
  live.socket.on('connect', () => void ask());
  await ask();

  for (let batch = 0; batch < 60; batch++) {
    if (batch % 10 === 5) live.cut();
    await record(machine, run.id, measured([batch, batch]), `b${batch}`);
    if (batch % 7 === 0) await record(machine, run.id, measured([batch, batch]), `b${batch}`);
  }
  await vi.waitUntil(() => seen.at(-1) === 121, { timeout: 5000 });
  expect(seen).toEqual(Array.from({ length: 121 }, (_, i) => i + 1));
});

test('[LV12] a run that one may not see cannot be watched, and nothing of it arrives', async () => {
  const stranger = await dashboard('admin@borealis.test');
  const run = await lab.aRunningRun();
  expect(await watchRun(stranger, run.id, 0)).toEqual({ ok: false });
  expect(await watchRun(stranger, nobodysId, 0)).toEqual({ ok: false });
  await record(machine, run.id, measured([1]));
  expect(await watchRun(stranger, run.id, 0)).toEqual({ ok: false });
  expect(stranger.news('run.recorded')).toEqual([]);
});

test.each([
  [null],
  ['run'],
  [{}],
  [{ id: 'x', after: 0 }],
  [{ id: nobodysId, after: -2 }],
  [{ id: nobodysId, after: 1.5 }],
])('[LV12] a malformed watch is refused and the connection lives (%#)', async (request) => {
  const live = await dashboard('viewer@acme.test');
  live.socket.emit('watch.run', request as never, undefined as never);
  live.socket.emit('unwatch', request as never);
  expect(await live.socket.timeout(5000).emitWithAck('watch.run', request as never)).toEqual({ ok: false });
  expect(live.socket.connected).toBe(true);
});

test('[LV13] one connection watches a hundred topics and no more', async () => {
  const live = await dashboard('viewer@acme.test');
  const { id: projectId } = await lab.aProject();
  const runs = await Promise.all(Array.from({ length: mostWatches + 1 }, () => lab.aRun({ projectId })));
  const answers = [];
  for (const { id } of runs) answers.push((await watchRun(live, id, 0)).ok);
  expect(answers).toEqual(runs.map((_, i) => i < mostWatches));
  // Who watches already may ask again.
  expect(await watchRun(live, runs[0]!.id, 0)).toMatchObject({ ok: true });
});

test('[LV14] a message that is too large closes that connection only', async () => {
  const [loud, quiet] = await Promise.all([dashboard('viewer@acme.test'), dashboard('engineer@acme.test')]);
  const lost = new Promise((resolve) => void loud.socket.once('disconnect', resolve));
  loud.socket.emit('unwatch', { kind: 'run', id: 'x'.repeat(70_000) });
  await lost;
  expect(quiet.socket.connected).toBe(true);
});

test("[LV1] another site's page may not connect with a visitor's cookie", async () => {
  const agent = await app.as('viewer@acme.test');
  const cookie = agent.cookie('/live/');
  await expect(connecting({ cookie, origin: 'https://evil.example' })).rejects.toThrow('websocket error');
  await expect(connecting({ cookie, origin: app.origin })).resolves.toBeDefined();
});

test('[LV1] nobody connects without a session', async () => {
  await expect(connecting({ origin: app.origin })).rejects.toThrow('auth.required');
  await expect(connecting({ origin: app.origin, cookie: 'cobench.sid=s%3Aforged.forged' })).rejects.toThrow(
    'auth.required',
  );
});

test('[LV1] an API key opens no live connection', async () => {
  const { secret } = await call(await app.as('admin@acme.test'), identityEndpoints.createApiKey, { name: 'Live?' });
  await expect(connecting({ authorization: `Bearer ${secret}` })).rejects.toThrow('auth.required');
});

test('[LV2] signing out ends the live connection of that session at once, and no other', async () => {
  const leaving = await app.signIn('viewer@acme.test');
  const [gone, staying] = await Promise.all([dashboard(leaving), dashboard('viewer@acme.test')]);
  const lost = new Promise((resolve) => void gone.socket.once('disconnect', resolve));
  await leaving.post('/auth/sign-out');
  await gone.until('session.ended', (ended) => ended.length === 1);
  expect(await lost).toBe('io server disconnect');
  expect(staying.socket.connected).toBe(true);
  expect(staying.news('session.ended')).toEqual([]);
});

test('a viewer may watch a run but not feed it', async () => {
  const live = await dashboard('viewer@acme.test');
  const run = await lab.aRunningRun();
  expect(await watchRun(live, run.id, 0)).toMatchObject({ ok: true });
  const input = { id: run.id, batch: 'v', events: measured([1]) };
  expect(await refusal(await app.as('viewer@acme.test'), runEndpoints.record, input)).toMatchObject({ status: 403 });
});

test('[LV15] when the server goes, clients are not told to stay away: they come back by themselves', async () => {
  const other = await startTestApp();
  const live = new LiveClient(other.origin, {
    cookie: (await other.as('viewer@acme.test')).cookie('/live/'),
    origin: other.origin,
  });
  onTestFinished(() => live.close());
  await live.connected();
  const lost = new Promise((resolve) => void live.socket.once('disconnect', resolve));
  await other.close();
  expect(await lost).toMatch(/^transport/);
  expect(live.socket.active).toBe(true);
});
