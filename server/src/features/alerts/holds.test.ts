import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { bookingEndpoints } from '@cobench/shared/bookings/booking';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
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
const as = (role: string) => () => app.as(`${role}@acme.test`);
const [engineer, technician, viewer, pi] = [as('engineer'), as('technician'), as('viewer'), as('pi')];
const runOf = async (id: string) => call(await viewer(), runEndpoints.get, { id });
let serial = 0;

/** A chart of a tool of its own, whose alerts of WE1 hold its runs unless the plan says otherwise. */
async function aHeldTool(plan: z.input<typeof ActionPlan> = { holdRules: ['WE1'] }) {
  const [instrument, { id: projectId }] = await Promise.all([lab.aCalibratedInstrument(), lab.aProject()]);
  const series = await call(await engineer(), seriesEndpoints.create, {
    projectId,
    name: `Held ${++serial}`,
    source: { from: 'points', instrumentId: instrument.id },
    limits: { from: 'given', center: 10, sigma: 1 },
    rules: [{ id: 'WE1', title: 'One point beyond 3 sigma', window: 1, count: 1, zone: 3 }],
    plan,
  });
  return { instrument, series, projectId };
}
async function signal(id: string) {
  await call(await technician(), seriesEndpoints.addPoints, { id, points: [{ items: [20], key: `k${++serial}` }] });
  const [alert] = (await call(await viewer(), alertEndpoints.list, { seriesId: id })).items;
  if (!alert) throw new Error('Nothing signalled.');
  return alert;
}
const closed = async ({ id, revision }: { id: string; revision: number }) =>
  call(await pi(), alertEndpoints.close, { id, verdict: 'false-alarm', revision });

test('while the alert is not closed, new runs are blocked by it, waiting ones too, and a start is refused', async () => {
  const { instrument, series } = await aHeldTool();
  const waiting = await lab.aRun({ instrumentId: instrument.id });
  const running = await lab.aRunningRun({ instrumentId: instrument.id });
  const alert = await signal(series.id);
  expect(alert).toMatchObject({ instrumentId: instrument.id, holds: true });
  const reason = `${instrument.name} is held until an alert is closed: ${series.name} is out of control by rule WE1 (One point beyond 3 sigma).`;
  const lockOut = { cause: 'alert', alertId: alert.id, calibrationId: null, reason };
  expect(await runOf(waiting.id)).toMatchObject({ state: 'blocked', lockOut });
  expect(await runOf(running.id)).toMatchObject({ state: 'running' });
  expect(await lab.aRun({ instrumentId: instrument.id })).toMatchObject({ state: 'blocked', lockOut });
  expect(await refusal(await technician(), runEndpoints.unblock, { id: waiting.id })).toMatchObject({
    type: 'instrument.locked-out',
    detail: reason,
  });
});

test('acknowledging and snoozing free nothing; closing does', async () => {
  const { instrument, series } = await aHeldTool();
  const alert = await signal(series.id);
  await call(await technician(), alertEndpoints.acknowledge, { id: alert.id });
  await call(await technician(), alertEndpoints.snooze, { id: alert.id, points: 9, reason: 'Known' });
  const { id, state } = await lab.aRun({ instrumentId: instrument.id });
  expect(state).toBe('blocked');
  expect(await closed(alert)).toMatchObject({ holds: false });
  expect(await call(await technician(), runEndpoints.unblock, { id })).toMatchObject({
    state: 'queued',
    lockOut: null,
  });
  expect(await call(await technician(), runEndpoints.start, { id })).toMatchObject({ state: 'running' });
});

test('a principal investigator lets a run start in spite of one alert, not of the next', async () => {
  const { instrument, series } = await aHeldTool();
  const alert = await signal(series.id);
  const { id } = await lab.aRun({ instrumentId: instrument.id });
  const override = { id, reason: 'This run is what shows whether the pump is the cause.' };
  expect(await refusal(await engineer(), runEndpoints.override, override)).toMatchObject({ type: 'access.denied' });
  expect(await call(await pi(), runEndpoints.override, override)).toMatchObject({
    state: 'queued',
    overrides: [{ lockOut: { cause: 'alert', alertId: alert.id } }],
  });
  await signal(series.id);
  expect(await runOf(id)).toMatchObject({ state: 'queued' });
  await closed(alert);
  await signal(series.id);
  expect(await runOf(id)).toMatchObject({ state: 'blocked' });
});

test('opened again, the alert holds again', async () => {
  const { instrument, series } = await aHeldTool();
  const alert = await signal(series.id);
  await closed(alert);
  const { id, state } = await lab.aRun({ instrumentId: instrument.id });
  expect(state).toBe('queued');
  expect(await call(await technician(), alertEndpoints.reopen, { id: alert.id, reason: 'It was one' })).toMatchObject({
    holds: true,
  });
  expect(await runOf(id)).toMatchObject({ state: 'blocked', lockOut: { alertId: alert.id } });
});

test('rules that are chosen later hold, and those that are not chosen any more free', async () => {
  const { instrument, series } = await aHeldTool({});
  const alert = await signal(series.id);
  expect(alert.holds).toBe(false);
  const { id, state } = await lab.aRun({ instrumentId: instrument.id });
  expect(state).toBe('queued');
  const edit = async (holdRules: string[]) => {
    const { revision } = await call(await viewer(), seriesEndpoints.get, { id: series.id });
    await call(await engineer(), seriesEndpoints.edit, { id: series.id, revision, plan: { holdRules } });
  };
  await edit(['WE1']);
  expect(await call(await viewer(), alertEndpoints.get, { id: alert.id })).toMatchObject({ holds: true });
  expect(await runOf(id)).toMatchObject({ state: 'blocked' });
  await edit([]);
  expect(await call(await technician(), runEndpoints.unblock, { id })).toMatchObject({ state: 'queued' });
});

test('a tool that an alert holds is booked all the same: by then it may be closed', async () => {
  const { instrument, series } = await aHeldTool();
  await signal(series.id);
  const booking = { instrumentId: instrument.id, title: 'Next week', ...lab.tomorrow() };
  expect((await call(await technician(), bookingEndpoints.create, booking)).items).toHaveLength(1);
  const status = await call(await viewer(), calibrationEndpoints.status, { id: instrument.id });
  expect(status).toMatchObject({ lockOut: null, held: { cause: 'alert' } });
});

test('whoever sees the run but not the chart is told that it is held, and not by what', async () => {
  const { instrument, series, projectId } = await aHeldTool();
  await call(await pi(), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  await call(await pi(), seriesEndpoints.addPoints, { id: series.id, points: [{ items: [20], key: 'secret' }] });
  const run = await lab.aRun({ instrumentId: instrument.id });
  expect(run).toMatchObject({ state: 'blocked', lockOut: { cause: 'alert' } });
  expect(run.lockOut?.reason).toBe(
    `${instrument.name} is held until an alert is closed: a control chart of a restricted project is out of control.`,
  );
  expect(JSON.stringify(run)).not.toContain(series.name);
});
