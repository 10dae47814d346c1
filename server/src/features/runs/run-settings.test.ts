import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId, record } from '../../../test/laboratory.ts';

const { create, edit, get, start, finish, cancel, recordResult, events } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const technician = () => app.as('technician@acme.test');
const viewer = () => app.as('viewer@acme.test');

const settings = {
  recipe: 'Oxide etch v3',
  samples: ['W-17', 'W-18'],
  parameters: [
    { name: 'RF power', value: 300, unit: 'W' },
    { name: 'Chuck', value: 'clamped', unit: '' },
    { name: 'Endpoint', value: true, unit: '' },
  ],
};

test('a run is created with its settings and the steps that are planned', async () => {
  const run = await lab.aRun({ ...settings, steps: ['Pump', 'Etch'] });
  expect(run).toMatchObject({ ...settings, clonedFrom: null, results: [], overrides: [], lockOut: null });
  expect(run.steps).toEqual(
    ['Pump', 'Etch'].map((name) => ({ name, state: 'waiting', startedAt: null, finishedAt: null })),
  );
  expect(await call(await viewer(), get, { id: run.id })).toEqual(run);
});

test.each([
  [
    {
      parameters: [
        { name: 'P', value: 1 },
        { name: 'P', value: 2 },
      ],
    },
    '/parameters',
  ],
  [{ parameters: [{ name: 'P', value: 1e101 }] }, '/parameters/0/value'],
  [{ parameters: [{ name: '', value: 1 }] }, '/parameters/0/name'],
  [{ samples: ['W-1', 'W-1'] }, '/samples'],
  [{ samples: [''] }, '/samples/0'],
  [{ steps: ['A', 'A'] }, '/steps'],
  [{ recipe: 'r'.repeat(121) }, '/recipe'],
  [{ onLockout: 'ignore' }, '/onLockout'],
  [{ clonedFrom: nobodysId }, '/clonedFrom'],
])('settings that make no sense are refused (%#)', async (wrong, pointer) => {
  const { id: projectId } = await lab.aProject();
  const problem = await refusal(await technician(), create, { projectId, name: 'Wrong', ...wrong });
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect(problem.errors?.map((field) => field.pointer)).toEqual([pointer]);
});

test('a clone says where it is from; a run of another organisation is nothing to clone', async () => {
  const run = await lab.aRun(settings);
  expect(await lab.aRun({ ...settings, clonedFrom: run.id })).toMatchObject({ clonedFrom: run.id });
  const foreign = await laboratory(app, 'borealis.test').aRun();
  const { id: projectId } = await lab.aProject();
  const problem = await refusal(await technician(), create, { projectId, name: 'Copy', clonedFrom: foreign.id });
  expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/clonedFrom' }] });
});

test('how a run is set up is changed until it starts, and its name for ever', async () => {
  const { id } = await lab.aRun();
  const edited = await call(await technician(), edit, { id, revision: 0, ...settings, name: 'Better' });
  expect(edited).toMatchObject({ ...settings, name: 'Better', revision: 1, version: 1 });
  await call(await technician(), start, { id });
  const late = await refusal(await technician(), edit, { id, revision: 1, recipe: 'Other' });
  expect(late).toMatchObject({
    status: 409,
    type: 'state.conflict',
    detail: expect.stringContaining('before it starts'),
  });
  await expect(call(await technician(), edit, { id, revision: 1, name: 'Best' })).resolves.toMatchObject({
    name: 'Best',
    recipe: settings.recipe,
    revision: 2,
  });
});

test('a run that was cancelled before it started keeps its settings', async () => {
  const { id } = await lab.aRun(settings);
  await call(await technician(), cancel, { id });
  expect(await refusal(await technician(), edit, { id, revision: 0, samples: [] })).toMatchObject({ status: 409 });
});

test('of two who change the same revision one is told, and events between do not matter', async () => {
  const { id } = await lab.aRunningRun();
  await record(await technician(), id, [{ kind: 'progress', fraction: 0.5 }]);
  const edits = ['A', 'B'].map(async (name) => refusalOrName(name, id));
  expect((await Promise.all(edits)).filter((told) => told === 'edit.conflict')).toHaveLength(1);
});

async function refusalOrName(name: string, id: string): Promise<string> {
  const response = await (await technician()).send('PATCH', `/api/v1/runs/${id}`, { revision: 0, name });
  const body = (await response.json()) as { name?: string; type?: string };
  return body.type ?? body.name ?? '';
}

test('who may not execute runs changes none, and a run that is not there is missing', async () => {
  const { id } = await lab.aRun();
  expect(await refusal(await viewer(), edit, { id, revision: 0, name: 'x' })).toMatchObject({ status: 403 });
  const stranger = await app.as('admin@borealis.test');
  expect(await refusal(stranger, edit, { id, revision: 0, name: 'x' })).toMatchObject({ status: 404 });
  expect(await refusal(stranger, recordResult, { id, result: { name: 'x', value: 1 } })).toMatchObject({ status: 404 });
});

test('the newest result of a name counts, and all of them stay in the history', async () => {
  const { id } = await lab.aRunningRun();
  const result = { name: 'Depth', unit: 'nm', tolerance: { lower: 90, upper: 110 } };
  await call(await technician(), recordResult, { id, result: { ...result, value: 120 } });
  await call(await technician(), recordResult, { id, result: { name: 'Look', value: 'smooth' } });
  await call(await technician(), finish, { id, outcome: 'completed' });
  const run = await call(await technician(), recordResult, { id, result: { ...result, value: 101 } });
  expect(run.results).toMatchObject([
    { ...result, value: 101, by: expect.any(String) },
    { name: 'Look', value: 'smooth', tolerance: null },
  ]);
  const { items } = await call(await viewer(), events, { id });
  expect(items.flatMap((event) => (event.kind === 'result' ? [event.result.value] : []))).toEqual([120, 'smooth', 101]);
});

test('a run that has not started has no results, and no run has more than 200', async () => {
  const { id } = await lab.aRun();
  const early = await refusal(await technician(), recordResult, { id, result: { name: 'Depth', value: 1 } });
  expect(early).toMatchObject({ status: 409, type: 'state.conflict', detail: expect.stringContaining('pending') });
  await call(await technician(), start, { id });
  await record(
    await technician(),
    id,
    Array.from({ length: 200 }, (_, i) => ({
      kind: 'result',
      result: { name: `R${i}`, value: i, unit: '', tolerance: null },
    })),
  );
  const full = await refusal(await technician(), recordResult, { id, result: { name: 'One more', value: 1 } });
  expect(full).toMatchObject({ status: 409, detail: expect.stringContaining('200') });
});

test('an instrument leads through the steps; what runs at the end is finished, or was broken off', async () => {
  const { id } = await lab.aRun({ steps: ['Pump', 'Etch', 'Vent'] });
  const machine = await lab.aMachine();
  await record(machine, id, [
    { kind: 'state', state: 'running', reason: '' },
    { kind: 'step', name: 'Pump', turn: 'started' },
    { kind: 'step', name: 'Etch', turn: 'started' },
    { kind: 'result', result: { name: 'Base pressure', value: 3e-6, unit: 'Torr', tolerance: null } },
  ]);
  const states = async () => (await call(await viewer(), get, { id })).steps.map(({ state }) => state);
  expect(await states()).toEqual(['finished', 'running', 'waiting']);
  expect((await call(await viewer(), get, { id })).results).toMatchObject([{ name: 'Base pressure', value: 3e-6 }]);
  await call(await technician(), cancel, { id, reason: 'Interlock' });
  expect(await states()).toEqual(['finished', 'skipped', 'waiting']);
});

test('a board shows the runs of an instrument, or those that somebody made', async () => {
  const { id: instrumentId } = await lab.anInstrument();
  const run = await lab.aRun({ instrumentId });
  const shown = async (filter: object) =>
    (await call(await viewer(), runEndpoints.list, { limit: 200, ...filter })).items.map(({ id }) => id);
  expect(await shown({ instrumentId })).toEqual([run.id]);
  expect(await shown({ createdBy: run.createdBy })).toContain(run.id);
  expect(await shown({ createdBy: nobodysId })).toEqual([]);
});
