import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

const { get, events } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());
const viewer = () => app.as('viewer@acme.test');
const state = (to: 'running' | 'completed' | 'failed', reason = ''): ReportedEvent => ({
  kind: 'state',
  state: to,
  reason,
});
const history = async (id: string) => (await call(await viewer(), events, { id, limit: 1000 })).items;

test('[IN9] a machine reports progress, log lines and measurements, and they are numbered in order', async () => {
  const { id } = await lab.aRunningRun();
  const observedAt = '2026-11-21T08:00:00.000Z';
  const receipt = await record(machine, id, [
    { kind: 'progress', fraction: 0.25 },
    { kind: 'log', level: 'warning', text: 'Pressure drifts' },
    { kind: 'metric', name: 'Pressure', value: 12.5, unit: 'mTorr', observedAt },
  ]);
  expect(receipt).toEqual({ lastSeq: 4, stored: 3, duplicate: false, missing: [] });
  expect((await history(id)).slice(1)).toMatchObject([
    { seq: 2, kind: 'progress', fraction: 0.25, observedAt: null },
    { seq: 3, kind: 'log', level: 'warning', text: 'Pressure drifts' },
    { seq: 4, kind: 'metric', name: 'Pressure', value: 12.5, unit: 'mTorr', observedAt },
  ]);
  expect(await call(await viewer(), get, { id })).toMatchObject({
    progress: 0.25,
    lastSeq: 4,
    heartbeatAt: expect.any(String),
  });
});

test('[IN6] an empty batch is a heartbeat: heard, and nothing stored', async () => {
  const { id } = await lab.aRunningRun();
  expect(await record(machine, id, [])).toEqual({ lastSeq: 1, stored: 0, duplicate: false, missing: [] });
  expect(await call(await viewer(), get, { id })).toMatchObject({ heartbeatAt: expect.any(String), lastSeq: 1 });
  expect(await history(id)).toHaveLength(1);
});

test('[IN5] the first event of a batch may start the run, the last may end it', async () => {
  const { id } = await lab.aRun();
  await record(machine, id, [state('running'), ...measured([1, 2]), state('failed', 'Interlock')]);
  expect(await call(await viewer(), get, { id })).toMatchObject({
    state: 'failed',
    reason: 'Interlock',
    lastSeq: 4,
    startedAt: expect.any(String),
    finishedAt: expect.any(String),
  });
});

test.each([
  ['a run that has not started', [...measured([1])], 'pending'],
  ['a start that is not the first event', [...measured([1]), state('running')], 'pending'],
  ['an end without a start', [state('completed')], 'pending'],
  ['anything after the end', [state('running'), state('completed'), ...measured([1])], 'completed'],
] as const)('[IN3] %s is refused, and nothing of the batch is stored', async (_what, batch, stateNamed) => {
  const { id } = await lab.aRun();
  const problem = await refusal(machine, runEndpoints.record, { id, batch: 'b', events: batch });
  expect(problem).toMatchObject({ status: 409, type: 'state.conflict', detail: expect.stringContaining(stateNamed) });
  expect(await history(id)).toEqual([]);
  expect(await call(await viewer(), get, { id })).toMatchObject({ state: 'pending', lastSeq: 0, version: 0 });
});

test.each([[[]], [[{ kind: 'log', level: 'info', text: 'late' }]]] as const)(
  '[IN5] a run that has ended takes nothing more, not even a heartbeat (%#)',
  async (batch) => {
    const { id } = await lab.aRunningRun();
    await record(machine, id, [state('completed')]);
    const problem = await refusal(machine, runEndpoints.record, { id, batch: 'late', events: batch });
    expect(problem).toMatchObject({
      status: 409,
      detail: expect.stringContaining('The run is completed, which is final.'),
    });
  },
);

test('[IN2] a batch that is sent again stores nothing twice and is answered the same, even after the end', async () => {
  const { id } = await lab.aRunningRun();
  const batch = [...measured([1, 2, 3]), state('completed')];
  const first = await record(machine, id, batch, 'one');
  const again = await record(machine, id, batch, 'one');
  expect(again).toEqual({ ...first, duplicate: true });
  expect(await history(id)).toHaveLength(5);
});

test('[IN2] the same key names different batches of different runs', async () => {
  const [one, other] = await Promise.all([lab.aRunningRun(), lab.aRunningRun()]);
  await record(machine, one.id, measured([1]), 'same');
  await expect(record(machine, other.id, measured([1]), 'same')).resolves.toMatchObject({ duplicate: false });
});

test('fifty batches at once, each sent three times, are numbered without gaps and none is doubled', async () => {
  const { id } = await lab.aRunningRun();
  const sends = Array.from({ length: 150 }, (_, i) => {
    const batch = i % 50;
    return record(
      machine,
      id,
      measured(Array.from({ length: (batch % 4) + 1 }, (_, j) => batch * 10 + j)),
      `b${batch}`,
    );
  });
  const receipts = await Promise.all(sends);
  expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(50);

  const stored = (await history(id)).slice(1);
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 123 }, (_, i) => i + 2));
  const values = stored.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
  expect(new Set(values).size).toBe(123);
  // The events of a batch stay together and in order.
  expect(values.every((value, i) => value % 10 === 0 || values[i - 1] === value - 1)).toBe(true);
});

test('the events after a number come in order, from the middle of a batch too', async () => {
  const { id } = await lab.aRunningRun();
  await record(machine, id, measured(Array.from({ length: 500 }, (_, i) => i)));
  await record(machine, id, measured(Array.from({ length: 500 }, (_, i) => i)));
  const page = await call(await viewer(), events, { id, after: 300, limit: 400 });
  expect(page.lastSeq).toBe(1001);
  expect(page.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, i) => 301 + i));
  const rest = await call(await viewer(), events, { id, after: 1001 });
  expect(rest).toEqual({ items: [], lastSeq: 1001 });
});

test.each([
  [{ events: [] }, ['/batch']],
  [{ batch: 'b', events: 'none' }, ['/events']],
  [{ batch: 'b', events: [{ kind: 'metric', name: '', value: '7' }] }, ['/events/0/name', '/events/0/value']],
  [{ batch: 'b', events: [{ kind: 'metric', name: 'x', value: 1e101 }] }, ['/events/0/value']],
  [{ batch: 'b', events: [{ kind: 'progress', fraction: 2 }] }, ['/events/0/fraction']],
  [{ batch: 'b', events: [{ kind: 'state', state: 'cancelled' }] }, ['/events/0/state']],
  [{ batch: 'b', events: [{ kind: 'spell' }] }, ['/events/0/kind']],
  [{ batch: 'b', events: [{ kind: 'log', level: 'info', text: 'x', observedAt: 'noon' }] }, ['/events/0/observedAt']],
  [{ batch: 'b', events: Array.from({ length: 501 }, () => ({ kind: 'progress', fraction: 0 })) }, ['/events']],
  [{ batch: 'b', events: [], run: 'mine' }, ['/run']],
])('a malformed batch is refused by field (%#)', async (input, pointers) => {
  const { id } = await lab.aRunningRun();
  const problem = await refusal(machine, runEndpoints.record, { id, ...input });
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect([...new Set(problem.errors?.map(({ pointer }) => pointer))].toSorted()).toEqual(pointers);
  expect(await history(id)).toHaveLength(1);
});

test('a technician may ingest, a viewer may not', async () => {
  const { id } = await lab.aRunningRun();
  await expect(record(await app.as('technician@acme.test'), id, measured([1]))).resolves.toMatchObject({ stored: 1 });
  const problem = await refusal(await viewer(), runEndpoints.record, { id, batch: 'v', events: measured([1]) });
  expect(problem).toMatchObject({ status: 403, type: 'access.denied' });
});

test('[IN1] a key may ingest and nothing else', async () => {
  const run = await lab.aRunningRun();
  await expect(record(machine, run.id, measured([1]))).resolves.toMatchObject({ stored: 1 });
  for (const [contract, input] of [
    [get, { id: run.id }],
    [events, { id: run.id }],
    [runEndpoints.finish, { id: run.id, outcome: 'completed' }],
    [runEndpoints.create, { projectId: run.projectId, name: 'By a key' }],
  ] as const) {
    expect(await refusal(machine, contract, input)).toMatchObject({ status: 403, type: 'access.denied' });
  }
});

test('a run of another organisation does not exist for a machine', async () => {
  const { id } = await lab.aRunningRun();
  const foreign = await laboratory(app, 'borealis.test').aMachine();
  for (const unseen of [id, nobodysId]) {
    const problem = await refusal(foreign, runEndpoints.record, { id: unseen, batch: 'b', events: measured([1]) });
    expect(problem).toMatchObject({ status: 404, type: 'resource.missing' });
  }
});
