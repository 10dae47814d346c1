import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, record } from '../../../test/laboratory.ts';

const { create, get, start, cancel, finish, unblock, override, events, list } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const technician = () => app.as('technician@acme.test');
const [engineer, pi, viewer] = ['engineer', 'pi', 'viewer'].map((role) => () => app.as(`${role}@acme.test`)) as [
  () => ReturnType<TestApp['as']>,
  () => ReturnType<TestApp['as']>,
  () => ReturnType<TestApp['as']>,
];
const why = 'The lamp was checked against the reference this morning.';
const revoke = async (id: string) => call(await pi(), calibrationEndpoints.revoke, { id, reason: 'Wrong standard' });

async function aQueuedRun() {
  const instrument = await lab.anInstrument();
  const calibration = await lab.aCalibration(instrument.id);
  return { instrument, calibration, run: await lab.aRun({ instrumentId: instrument.id }) };
}

async function aBlockedRun() {
  const instrument = await lab.anInstrument();
  return { instrument, run: await lab.aRun({ instrumentId: instrument.id }) };
}

test('a run on an instrument without a valid certificate is blocked, and says which and why', async () => {
  const { instrument, run } = await aBlockedRun();
  expect(run).toMatchObject({ state: 'blocked', lockOut: { cause: 'missing', calibrationId: null } });
  expect(run.lockOut?.reason).toContain(instrument.name);
});

test('whoever wants to know instead is refused, and nothing is stored', async () => {
  const { id: instrumentId, name } = await lab.anInstrument();
  const { id: projectId } = await lab.aProject();
  const problem = await refusal(await technician(), create, {
    projectId,
    instrumentId,
    name: 'Now or never',
    onLockout: 'reject',
  });
  expect(problem).toMatchObject({
    status: 409,
    type: 'instrument.locked-out',
    detail: expect.stringContaining(name),
  });
  expect((await call(await viewer(), list, { projectId })).items).toEqual([]);
});

test('a blocked run does not start; it is queued again when a certificate is there', async () => {
  const { instrument, run } = await aBlockedRun();
  const refused = await refusal(await technician(), start, { id: run.id });
  expect(refused).toMatchObject({ status: 409, type: 'state.conflict', detail: expect.stringContaining('queued') });
  const early = await refusal(await technician(), unblock, { id: run.id });
  expect(early).toMatchObject({ status: 409, type: 'instrument.locked-out', detail: run.lockOut?.reason });
  await lab.aCalibration(instrument.id);
  expect(await call(await technician(), unblock, { id: run.id })).toMatchObject({ state: 'queued', lockOut: null });
  expect(await call(await technician(), start, { id: run.id })).toMatchObject({ state: 'running' });
});

test('a certificate that is revoked blocks what waits for the instrument, and a start is refused', async () => {
  const { calibration, run } = await aQueuedRun();
  await revoke(calibration.id);
  const now = await call(await viewer(), get, { id: run.id });
  expect(now).toMatchObject({ state: 'blocked', lockOut: { cause: 'revoked', calibrationId: calibration.id } });
  expect((await call(await viewer(), events, { id: run.id })).items).toMatchObject([
    { kind: 'state', state: 'blocked', by: 'Cobench', reason: now.lockOut?.reason },
  ]);
});

test('a running run goes on when its instrument is locked out', async () => {
  const { calibration, run } = await aQueuedRun();
  await call(await technician(), start, { id: run.id });
  await revoke(calibration.id);
  expect(await call(await viewer(), get, { id: run.id })).toMatchObject({ state: 'running', lockOut: null });
  await expect(call(await technician(), finish, { id: run.id, outcome: 'completed' })).resolves.toMatchObject({
    state: 'completed',
  });
});

test('a machine does not start what a person may not; its batch is taken when the way is free', async () => {
  const { instrument, run } = await aBlockedRun();
  const machine = await lab.aMachine();
  const batch = [
    { kind: 'state', state: 'running', reason: '' },
    { kind: 'progress', fraction: 0.1 },
  ] as const;
  const refused = await refusal(machine, runEndpoints.record, { id: run.id, batch: 'b1', events: batch });
  expect(refused).toMatchObject({ status: 409, type: 'state.conflict' });
  await lab.aCalibration(instrument.id);
  await call(await technician(), unblock, { id: run.id });
  await expect(record(machine, run.id, [...batch], 'b1')).resolves.toMatchObject({ stored: 2, duplicate: false });
});

test('a principal investigator answers for an override, and it is shown for ever', async () => {
  const { run } = await aBlockedRun();
  expect(await refusal(await engineer(), override, { id: run.id, reason: why })).toMatchObject({ status: 403 });
  const short = await refusal(await pi(), override, { id: run.id, reason: 'because' });
  expect(short).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
  const queued = await call(await pi(), override, { id: run.id, reason: why });
  expect(queued).toMatchObject({ state: 'queued', overrides: [{ reason: why, lockOut: run.lockOut }] });
  await call(await technician(), start, { id: run.id });
  const done = await call(await technician(), finish, { id: run.id, outcome: 'completed' });
  expect(done.overrides).toEqual(queued.overrides);
});

test('an override is for one lock-out: another one blocks the run again', async () => {
  const { instrument, run } = await aBlockedRun();
  await call(await pi(), override, { id: run.id, reason: why });
  const { id: calibrationId } = await lab.aCalibration(instrument.id, { result: 'fail' });
  const now = await call(await viewer(), get, { id: run.id });
  expect(now).toMatchObject({ state: 'blocked', lockOut: { cause: 'failed', calibrationId } });
  expect(now.overrides).toHaveLength(1);
});

test('a run that is not blocked has nothing to override or unblock', async () => {
  const { run } = await aQueuedRun();
  for (const [contract, input] of [
    [override, { id: run.id, reason: why }],
    [unblock, { id: run.id }],
  ] as const) {
    expect(await refusal(await pi(), contract, input)).toMatchObject({
      status: 409,
      type: 'state.conflict',
      detail: 'The run is queued; it can become running, blocked or cancelled.',
    });
  }
});

test('of ten overrides at once one is written', async () => {
  const { run } = await aBlockedRun();
  const asker = await pi();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => asker.send('POST', `/api/v1/runs/${run.id}/override`, { reason: why })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array(9).fill(409)]);
  expect((await call(await viewer(), get, { id: run.id })).overrides).toHaveLength(1);
});

test('a start and a revocation at once: the run runs, or is blocked, and the history says which', async () => {
  for (let round = 0; round < 10; round++) {
    const { calibration, run } = await aQueuedRun();
    const starter = await technician();
    const [answer] = await Promise.all([
      starter.send('POST', `/api/v1/runs/${run.id}/start`, {}),
      revoke(calibration.id),
    ]);
    const now = await call(await viewer(), get, { id: run.id });
    expect(now.state).toBe(answer.status === 200 ? 'running' : 'blocked');
  }
});

test('a cancel and a finish at once: one of them ends the run, once', async () => {
  for (let round = 0; round < 10; round++) {
    const { id } = await lab.aRunningRun();
    const asker = await technician();
    const answers = await Promise.all([
      asker.send('POST', `/api/v1/runs/${id}/cancel`, { reason: 'Stop' }),
      asker.send('POST', `/api/v1/runs/${id}/finish`, { outcome: 'completed' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await call(await viewer(), get, { id })).state).toBe(
      answers[0]?.status === 200 ? 'cancelled' : 'completed',
    );
  }
});

test('a blocked run can be cancelled, and is not blocked any more', async () => {
  const { run } = await aBlockedRun();
  const cancelled = await call(await technician(), cancel, { id: run.id, reason: 'Not needed' });
  expect(cancelled).toMatchObject({ state: 'cancelled', lockOut: null, reason: 'Not needed' });
});

test('who may not execute runs, or is of another organisation, unblocks none', async () => {
  const { run } = await aBlockedRun();
  expect(await refusal(await viewer(), unblock, { id: run.id })).toMatchObject({ status: 403 });
  const stranger = await app.as('admin@borealis.test');
  expect(await refusal(stranger, unblock, { id: run.id })).toMatchObject({ status: 404 });
  expect(await refusal(stranger, override, { id: run.id, reason: why })).toMatchObject({ status: 404 });
});
