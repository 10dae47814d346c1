import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { maintenanceEndpoints } from '@cobench/shared/instruments/maintenance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

const { get, setState } = instrumentEndpoints;
const { list, record } = maintenanceEndpoints;
const now = new Date('2026-05-04T12:00:00.000Z');
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp({ clock: () => now });
  lab = laboratory(app);
});
afterAll(() => app.close());
const technician = () => app.as('technician@acme.test');
const hours = (count: number): string => new Date(now.getTime() + count * 3_600_000).toISOString();

test('whoever finds a tool broken says so and why; up again it has no reason any more', async () => {
  const { id } = await lab.anInstrument();
  const down = await call(await technician(), setState, { id, state: 'down', reason: 'Turbo pump seized' });
  expect(down).toMatchObject({ state: 'down', stateReason: 'Turbo pump seized', stateSince: now.toISOString() });
  const up = await call(await technician(), setState, { id, state: 'up', reason: 'Pump swapped' });
  expect(up).toMatchObject({ state: 'up', stateReason: '', version: 2 });
  const { items } = await call(await app.as('viewer@acme.test'), list, { id });
  expect(items.map(({ kind, state, what }) => [kind, state, what])).toEqual([
    ['state', 'up', 'Pump swapped'],
    ['state', 'down', 'Turbo pump seized'],
  ]);
});

test('a reason is asked for unless it is up, and a viewer says nothing', async () => {
  const { id } = await lab.anInstrument();
  for (const state of ['down', 'maintenance'] as const) {
    const problem = await refusal(await technician(), setState, { id, state, reason: '  ' });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
  }
  const viewer = await app.as('viewer@acme.test');
  expect(await refusal(viewer, setState, { id, state: 'down', reason: 'x' })).toMatchObject({ status: 403 });
});

test('saying the same again changes nothing', async () => {
  const { id } = await lab.anInstrument();
  const same = { id, state: 'down', reason: 'Leak' } as const;
  const first = await call(await technician(), setState, same);
  expect(await call(await technician(), setState, same)).toEqual(first);
  expect((await call(await technician(), list, { id })).items).toHaveLength(1);
});

test('work is written down with its parts, and the state it leaves the tool in', async () => {
  const { id } = await lab.anInstrument();
  const work = { id, kind: 'preventive', what: 'Yearly service', from: hours(-3) } as const;
  const begun = await call(await technician(), record, { ...work, state: 'maintenance' });
  expect(begun.instrument).toMatchObject({ state: 'maintenance', stateReason: 'Yearly service' });
  const done = { id, kind: 'repair', what: 'Seals', parts: '2 × KF25', from: hours(-1), to: hours(0) } as const;
  const { record: line, instrument } = await call(await technician(), record, { ...done, state: 'up' });
  expect(line).toMatchObject({ parts: '2 × KF25', state: 'up', byName: expect.any(String) });
  expect(await call(await technician(), get, { id })).toEqual(instrument);
  expect(instrument).toMatchObject({ state: 'up', stateReason: '' });
});

test('work alone leaves the tool as it is', async () => {
  const made = await lab.anInstrument();
  const work = { id: made.id, kind: 'inspection', what: 'Looked at it', from: hours(-1) } as const;
  expect((await call(await technician(), record, work)).instrument).toEqual(made);
});

test('the timeline is in the order in which things happened, page after page', async () => {
  const { id } = await lab.anInstrument();
  for (const count of [-5, -1, -3, -2, -4]) {
    await call(await technician(), record, { id, kind: 'other', what: `${count}`, from: hours(count) });
  }
  const first = await call(await technician(), list, { id, limit: 2 });
  const rest = await call(await technician(), list, { id, limit: 5, cursor: String(first.nextCursor) });
  expect([...first.items, ...rest.items].map(({ what }) => what)).toEqual(['-1', '-2', '-3', '-4', '-5']);
});

test.each([
  [{ what: ' ' }, '/what'],
  [{ kind: 'state' }, '/kind'],
  [{ from: hours(1) }, '/from'],
  [{ to: hours(-2) }, '/to'],
  [{ state: 'asleep' }, '/state'],
])('recording %o is refused and names the field', async (over, pointer) => {
  const { id } = await lab.anInstrument();
  const input = { id, kind: 'repair', what: 'x', from: hours(-1), ...over };
  const problem = await refusal(await technician(), record, input);
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
});

test('an archived tool keeps its past and takes nothing more', async () => {
  const { id } = await lab.anInstrument();
  await call(await technician(), setState, { id, state: 'down', reason: 'Scrapped' });
  await call(await app.as('engineer@acme.test'), instrumentEndpoints.archive, { id });
  expect((await call(await technician(), list, { id })).items).toHaveLength(1);
  expect(await refusal(await technician(), setState, { id, state: 'up' })).toMatchObject({ status: 404 });
  const work = { id, kind: 'repair', what: 'x', from: hours(-1) };
  expect(await refusal(await technician(), record, work)).toMatchObject({ status: 404 });
});
