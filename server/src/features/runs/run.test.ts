import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

const { list, get, create, start, finish, cancel, events } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const technician = () => app.as('technician@acme.test');
const viewer = () => app.as('viewer@acme.test');
const stranger = () => app.as('admin@borealis.test');

test('a run without an instrument is pending', async () => {
  const { id: projectId } = await lab.aProject();
  const run = await call(await technician(), create, { projectId, name: 'Blank', description: 'No tool.' });
  expect(run).toMatchObject({
    projectId,
    name: 'Blank',
    description: 'No tool.',
    state: 'pending',
    instrumentId: null,
  });
  expect(run).toMatchObject({ progress: null, lastSeq: 0, startedAt: null, finishedAt: null });
  expect(await call(await viewer(), get, { id: run.id })).toEqual(run);
});

test('a run with an instrument is queued and remembers its name', async () => {
  const instrument = await lab.aCalibratedInstrument({ name: 'SEM-1' });
  const run = await lab.aRun({ instrumentId: instrument.id });
  expect(run).toMatchObject({ state: 'queued', instrumentId: instrument.id, instrumentName: 'SEM-1' });
});

test('a run goes from start to finish, and each step is an event of its history', async () => {
  const run = await lab.aRun();
  const started = await call(await technician(), start, { id: run.id });
  expect(started).toMatchObject({ state: 'running', lastSeq: 1, startedAt: expect.any(String) });
  const failed = await call(await technician(), finish, { id: run.id, outcome: 'failed', reason: 'Gas line' });
  expect(failed).toMatchObject({ state: 'failed', reason: 'Gas line', lastSeq: 2, finishedAt: expect.any(String) });
  const { items } = await call(await viewer(), events, { id: run.id });
  expect(items).toMatchObject([
    { seq: 1, kind: 'state', state: 'running', by: expect.any(String) },
    { seq: 2, kind: 'state', state: 'failed', reason: 'Gas line' },
  ]);
});

test('a completed run has no reason', async () => {
  const { id } = await lab.aRunningRun();
  const run = await call(await technician(), finish, { id, outcome: 'completed', reason: 'All good' });
  expect(run).toMatchObject({ state: 'completed', reason: '' });
});

test('a run can be cancelled before and after its start', async () => {
  const waiting = await lab.aRun();
  const running = await lab.aRunningRun();
  for (const { id } of [waiting, running]) {
    const run = await call(await technician(), cancel, { id, reason: 'Wrong wafer' });
    expect(run).toMatchObject({ state: 'cancelled', reason: 'Wrong wafer', finishedAt: expect.any(String) });
  }
});

test('a run cannot finish before it starts; the legal ways on are named', async () => {
  const { id } = await lab.aRun();
  const problem = await refusal(await technician(), finish, { id, outcome: 'completed' });
  const detail = 'The run is pending; it can become running or cancelled.';
  expect(problem).toMatchObject({ status: 409, type: 'state.conflict', detail });
});

test('nothing can be done to a run that has ended', async () => {
  const { id } = await lab.aRun();
  await call(await technician(), cancel, { id });
  for (const contract of [start, cancel]) {
    const problem = await refusal(await technician(), contract, { id });
    expect(problem).toMatchObject({ status: 409, detail: 'The run is cancelled, which is final.' });
  }
});

test('of two starts at once one wins', async () => {
  const { id } = await lab.aRun();
  const [one, other] = await Promise.all([technician(), app.as('engineer@acme.test')]);
  const answers = await Promise.all(
    [one, other, one, other].map((agent) => agent.send('POST', `/api/v1/runs/${id}/start`, {})),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  expect((await call(one, events, { id })).items).toHaveLength(1);
});

test('a viewer watches and changes nothing', async () => {
  const run = await lab.aRun();
  for (const contract of [start, finish, cancel]) {
    const problem = await refusal(await viewer(), contract, {
      id: run.id,
      ...(contract === finish && { outcome: 'failed' }),
    });
    expect(problem).toMatchObject({ status: 403, type: 'access.denied' });
  }
  const problem = await refusal(await viewer(), create, { projectId: run.projectId, name: 'Mine' });
  expect(problem).toMatchObject({ status: 403 });
  expect(await call(await viewer(), get, { id: run.id })).toEqual(run);
});

test('what a new run points at has to exist in the organisation', async () => {
  const foreign = laboratory(app, 'borealis.test');
  const [ours, theirs] = await Promise.all([lab.aProject(), foreign.aProject()]);
  const theirInstrument = await foreign.anInstrument();
  for (const projectId of [nobodysId, theirs.id]) {
    const problem = await refusal(await technician(), create, { projectId, name: 'Lost' });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/projectId' }] });
  }
  for (const instrumentId of [nobodysId, theirInstrument.id]) {
    const problem = await refusal(await technician(), create, { projectId: ours.id, name: 'Lost', instrumentId });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/instrumentId' }] });
  }
});

test('what is wrong with the input is named field by field', async () => {
  const problem = await refusal(await technician(), create, {
    projectId: 'x',
    name: ' ',
    instrumentId: 7,
    owner: 'me',
  });
  expect(problem.status).toBe(400);
  const pointers = problem.errors?.map(({ pointer }) => pointer).toSorted();
  expect(pointers).toEqual(['/instrumentId', '/name', '/owner', '/projectId']);
});

test.each([
  [finish, { outcome: 'cancelled' }, '/outcome'],
  [cancel, { reason: 'r'.repeat(501) }, '/reason'],
  [list, { state: 'asleep' }, '/state/0'],
  [list, { limit: '0' }, '/limit'],
  [list, { cursor: 'nonsense' }, '/cursor'],
  [events, { after: '-1' }, '/after'],
] as const)('bad input is refused by field (%#)', async (contract, input, pointer) => {
  const { id } = await lab.aRun();
  const problem = await refusal(await technician(), contract, contract === list ? input : { id, ...input });
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
});

test('a run of another organisation does not exist, whatever one may there', async () => {
  const { id } = await lab.aRunningRun();
  for (const contract of [get, start, finish, cancel, events, runEndpoints.telemetry]) {
    const input = { ...(contract === finish && { outcome: 'failed' }) };
    const foreign = await refusal(await stranger(), contract, { id, ...input });
    const missing = await refusal(await technician(), contract, { id: nobodysId, ...input });
    expect(foreign).toMatchObject({ status: 404, type: 'resource.missing' });
    expect({ ...missing, instance: '' }).toEqual({ ...foreign, instance: '' });
  }
  const { items } = await call(await stranger(), list, {});
  expect(items.map((run) => run.id)).not.toContain(id);
});

test('runs are listed newest first, by project, state and name', async () => {
  const { id: projectId } = await lab.aProject();
  const first = await lab.aRun({ projectId, name: 'Etch A' });
  const second = await lab.aRunningRun({ projectId, name: 'etch B' });
  const third = await lab.aRun({ projectId, name: 'Anneal' });
  const ids = async (query: object) =>
    (await call(await viewer(), list, { projectId, ...query })).items.map(({ id }) => id);
  expect(await ids({})).toEqual([third.id, second.id, first.id]);
  expect(await ids({ state: 'running' })).toEqual([second.id]);
  expect(await ids({ q: 'etch' })).toEqual([second.id, first.id]);
  expect(await ids({ q: 'etch', state: 'completed' })).toEqual([]);
});

test('the list goes on page after page while runs are added', async () => {
  const { id: projectId } = await lab.aProject();
  const made = [];
  for (let count = 0; count < 5; count++) made.push((await lab.aRun({ projectId })).id);
  const first = await call(await viewer(), list, { projectId, limit: 2 });
  await lab.aRun({ projectId });
  const second = await call(await viewer(), list, { projectId, limit: 4, cursor: first.nextCursor! });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed());
});

test('the runs of a deleted project are gone, and come back with it', async () => {
  const pi = await app.as('pi@acme.test');
  const run = await lab.aRunningRun();
  const { id } = run;
  await call(pi, projectEndpoints.remove, { id: run.projectId });
  expect(await refusal(await viewer(), get, { id })).toMatchObject({ status: 404 });
  expect(await refusal(await technician(), cancel, { id })).toMatchObject({ status: 404 });
  const refused = await refusal(await technician(), runEndpoints.record, { id, batch: 'b', events: measured([1]) });
  expect(refused).toMatchObject({ status: 404 });
  expect((await call(await viewer(), list, { projectId: run.projectId })).items).toEqual([]);
  expect(await refusal(await technician(), create, { projectId: run.projectId, name: 'Late' })).toMatchObject({
    status: 400,
  });

  await call(pi, projectEndpoints.restore, { id: run.projectId });
  expect(await call(await viewer(), get, { id })).toMatchObject({ id, state: 'running' });
  await expect(record(await technician(), id, measured([1]))).resolves.toMatchObject({ stored: 1 });
});
