import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

const { list, get, acknowledge, act, step, close, reopen, snooze, wake } = alertEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const as = (role: string) => () => app.as(`${role}@acme.test`);
const [engineer, technician, viewer, pi] = [as('engineer'), as('technician'), as('viewer'), as('pi')];
const idOf = async (caller: Promise<Caller>) => (await call(await caller, identityEndpoints.me, {})).id;

type Plan = z.input<typeof ActionPlan>;
let serial = 0;

/** A chart of points that people bring, centre 10 and sigma 1, judged by one point beyond the limits. */
async function aChart(plan: Plan = {}) {
  const { id: projectId } = await lab.aProject();
  return call(await engineer(), seriesEndpoints.create, {
    projectId,
    name: `Brought ${++serial}`,
    source: { from: 'points' },
    limits: { from: 'given', center: 10, sigma: 1 },
    rules: [{ id: 'WE1', title: 'One point beyond 3 sigma', window: 1, count: 1, zone: 3 }],
    plan,
  });
}
async function bring(id: string, values: readonly number[]): Promise<void> {
  const points = values.map((value) => ({ items: [value], key: `k${++serial}` }));
  await call(await technician(), seriesEndpoints.addPoints, { id, points });
}
const alertsOf = async (seriesId: string) => (await call(await viewer(), list, { seriesId })).items;
const openOf = async (id: string) => (await call(await viewer(), seriesEndpoints.get, { id })).openAlerts;

async function anAlert(plan: Plan = {}): Promise<Alert> {
  const { id } = await aChart(plan);
  await bring(id, [20]);
  const [alert] = await alertsOf(id);
  if (!alert) throw new Error('Nothing signalled.');
  return alert;
}
const checklist = [
  { text: 'Look at the gas' },
  { text: 'Clean the chamber', required: false },
  { text: 'Measure again' },
];
async function anAlertInAction(plan: Plan = { checklist }): Promise<Alert> {
  const { id } = await anAlert(plan);
  return call(await technician(), act, { id, ownerId: await idOf(technician()) });
}
const words = (alert: Alert) => alert.acts.map((one) => one.act);

test('from the signal to its cause: acknowledged, worked through by two people, and closed', async () => {
  const { id, seriesId } = await anAlert({ checklist, dueHours: 2 });
  expect(await openOf(seriesId)).toBe(1);
  const known = await call(await technician(), acknowledge, { id, comment: 'On my way' });
  expect(known).toMatchObject({
    state: 'acknowledged',
    acknowledgements: [{ byName: 'Yuki Tanaka', comment: 'On my way' }],
  });
  expect(await openOf(seriesId)).toBe(1);

  const begun = await call(await technician(), act, { id, ownerId: await idOf(engineer()) });
  expect(begun).toMatchObject({
    state: 'in-action',
    action: { ownerName: 'Mateo Herrera', startedByName: 'Yuki Tanaka' },
  });
  expect(Date.parse(begun.action!.dueAt!) - Date.parse(begun.action!.startedAt)).toBe(2 * 3_600_000);
  expect(begun.action!.steps.map(({ text, required }) => [text, required])).toEqual([
    ['Look at the gas', true],
    ['Clean the chamber', false],
    ['Measure again', true],
  ]);

  await Promise.all([
    call(await technician(), step, { id, step: 0, done: true, note: 'Bottle empty' }),
    call(await engineer(), step, { id, step: 2, done: true }),
  ]);
  const worked = await call(await viewer(), get, { id });
  expect(worked.action!.steps.map(({ done }) => done?.byName ?? null)).toEqual(['Yuki Tanaka', null, 'Mateo Herrera']);

  const input = { id, verdict: 'cause', cause: 'Gas bottle empty', comment: 'Changed it' } as const;
  const closed = await call(await pi(), close, { ...input, revision: worked.revision });
  expect(closed).toMatchObject({
    state: 'closed',
    closed: { byName: 'Ingrid Solberg', verdict: 'cause', cause: 'Gas bottle empty', comment: 'Changed it' },
  });
  expect(words(closed)).toEqual(['opened', 'acknowledged', 'started', 'ticked', 'ticked', 'closed']);
  expect(await openOf(seriesId)).toBe(0);
  const { items } = await call(await app.as('admin@acme.test'), auditEndpoints.list, { limit: 50 });
  const ofThis = items.filter(({ record }) => record.id === id);
  expect(ofThis.map(({ action }) => action).toReversed()).toEqual([
    'alert.acknowledge',
    'alert.act',
    'alert.step',
    'alert.step',
    'alert.close',
  ]);
});

test('of ten who acknowledge at once all are kept, each once, and the first made it acknowledged', async () => {
  const { id } = await anAlert();
  const people = await Promise.all([technician(), engineer(), pi(), app.as('admin@acme.test')]);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => call(people[i % 4]!, acknowledge, { id, comment: `${i}` })),
  );
  const stored = await call(await viewer(), get, { id });
  expect(stored.acknowledgements).toHaveLength(4);
  expect(new Set(stored.acknowledgements.map(({ byId }) => byId)).size).toBe(4);
  for (const answer of answers) expect(answer.acknowledgements[0]).toEqual(stored.acknowledgements[0]);
  expect(words(stored).filter((word) => word === 'acknowledged')).toHaveLength(4);
});

test('two who tick one step at once tick it once; it can be taken back, and done again', async () => {
  const { id } = await anAlertInAction();
  const [one, other] = await Promise.all([technician(), engineer()]);
  const [a, b] = await Promise.all([
    call(one, step, { id, step: 0, done: true, note: 'one' }),
    call(other, step, { id, step: 0, done: true, note: 'other' }),
  ]);
  const stored = await call(await viewer(), get, { id });
  expect([a, b].map(({ action }) => action!.steps[0]!.done)).toContainEqual(stored.action!.steps[0]!.done);
  expect(words(stored).filter((word) => word === 'ticked')).toHaveLength(1);
  await call(one, step, { id, step: 0, done: false, note: 'It was not' });
  expect((await call(other, step, { id, step: 0, done: true })).action!.steps[0]!.done).toMatchObject({ note: '' });
  expect(await refusal(one, step, { id, step: 9, done: true })).toMatchObject({
    type: 'input.invalid',
    errors: [{ pointer: '/step' }],
  });
});

test('while a required step is not done it is no cause that closes it, but a false alarm does', async () => {
  const { id, revision } = await anAlertInAction();
  const closing = { id, verdict: 'cause', cause: 'Gas', revision } as const;
  expect(await refusal(await pi(), close, closing)).toMatchObject({
    type: 'state.conflict',
    detail: 'These steps have to be done first: Look at the gas and 1 more.',
  });
  expect(await refusal(await pi(), close, { ...closing, cause: '' })).toMatchObject({
    errors: [{ pointer: '/cause' }],
  });
  expect(await call(await pi(), close, { id, verdict: 'false-alarm', revision })).toMatchObject({
    state: 'closed',
    revision: revision + 1,
  });
});

test('a checklist that nobody has begun keeps a cause from closing it too', async () => {
  const { id } = await anAlert({ checklist });
  const closing = { id, verdict: 'cause', cause: 'Gas', revision: 0 } as const;
  expect(await refusal(await pi(), close, closing)).toMatchObject({ type: 'state.conflict' });
});

test('who closes what was changed since they looked is told; a signal does not count as that', async () => {
  const { id, seriesId } = await anAlertInAction({ checklist: [{ text: 'Look' }] });
  const seen = await call(await technician(), step, { id, step: 0, done: true });
  const closing = { id, verdict: 'cause', cause: 'Gas' } as const;
  await call(await engineer(), step, { id, step: 0, done: false });
  expect(await refusal(await pi(), close, { ...closing, revision: seen.revision })).toMatchObject({
    type: 'edit.conflict',
  });
  const again = await call(await engineer(), step, { id, step: 0, done: true });
  await bring(seriesId, [20]);
  expect(await call(await pi(), close, { ...closing, revision: again.revision })).toMatchObject({
    state: 'closed',
    signals: 2,
  });
});

test('of two who close at once one does', async () => {
  const { id, seriesId } = await anAlert();
  const [one, other] = await Promise.all([pi(), app.as('admin@acme.test')]);
  const input = { id, verdict: 'false-alarm', revision: 0 } as const;
  const outcomes = await Promise.allSettled([call(one, close, input), call(other, close, input)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await openOf(seriesId)).toBe(0);
});

test('a closed alert does not go on: the next signal opens another', async () => {
  const { id, seriesId } = await anAlert();
  await bring(seriesId, [20]);
  expect(await call(await pi(), close, { id, verdict: 'false-alarm', revision: 0 })).toMatchObject({ signals: 2 });
  await bring(seriesId, [20, 20]);
  const [newer, older] = await alertsOf(seriesId);
  expect(older).toMatchObject({ id, state: 'closed', signals: 2, lastIndex: 1 });
  expect(newer).toMatchObject({ state: 'open', firstIndex: 2, signals: 2 });
  expect(await openOf(seriesId)).toBe(1);
});

test('signals that come while it is closed are in it or in the next, none is lost and none is twice', async () => {
  const { id, seriesId } = await anAlert();
  const values = Array.from({ length: 12 }, () => 20);
  await Promise.all([
    ...values.map((value) => bring(seriesId, [value])),
    pi().then((caller) => call(caller, close, { id, verdict: 'false-alarm', revision: 0 })),
  ]);
  const alerts = await alertsOf(seriesId);
  const signalled = alerts.flatMap(({ firstIndex, signals }) =>
    Array.from({ length: signals }, (_, i) => firstIndex + i),
  );
  expect(signalled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i));
  const open = alerts.filter(({ state }) => state !== 'closed');
  expect(await openOf(seriesId)).toBe(open.length);
  expect(alerts.find((one) => one.id === id)).toMatchObject({ state: 'closed' });
});

test('opened again, it goes on as it was where somebody worked on it, and asks to be acknowledged otherwise', async () => {
  const { id, seriesId, revision } = await anAlertInAction();
  await call(await technician(), step, { id, step: 0, done: true });
  await call(await pi(), close, { id, verdict: 'false-alarm', revision: revision + 1 });
  const back = await call(await technician(), reopen, { id, reason: 'It came back' });
  expect(back).toMatchObject({ state: 'in-action', closed: null, reopenings: 1 });
  expect(back.action!.steps[0]!.done).toMatchObject({ byName: 'Yuki Tanaka' });
  expect(await openOf(seriesId)).toBe(1);
  expect(await refusal(await technician(), reopen, { id, reason: 'Twice' })).toMatchObject({
    detail: 'This alert is not closed.',
  });

  const other = await anAlert();
  await call(await technician(), acknowledge, { id: other.id });
  await call(await pi(), close, { id: other.id, verdict: 'false-alarm', revision: 0 });
  const open = await call(await engineer(), reopen, { id: other.id, reason: 'It was one' });
  expect(open).toMatchObject({ state: 'open', acknowledgements: [], reopenings: 1 });
});

test('snoozed, it is quiet until enough points came, or somebody wakes it', async () => {
  const { id, seriesId } = await anAlert();
  const snoozed = await call(await technician(), snooze, { id, points: 3, reason: 'Known' });
  expect(snoozed.snoozed).toMatchObject({ untilIndex: 3, byName: 'Yuki Tanaka', reason: 'Known' });
  expect((await call(await viewer(), list, { seriesId, active: 'true' })).items).toEqual([]);
  expect((await call(await viewer(), list, { seriesId, snoozed: 'true' })).items).toHaveLength(1);
  await bring(seriesId, [10, 10]);
  expect((await call(await viewer(), get, { id })).snoozed).not.toBeNull();
  await bring(seriesId, [10]);
  expect((await call(await viewer(), get, { id })).snoozed).toBeNull();
  expect(await refusal(await technician(), wake, { id })).toMatchObject({ detail: 'This alert is not snoozed.' });
  await call(await technician(), snooze, { id, untilChange: true, reason: 'Known' });
  expect(await call(await technician(), wake, { id })).toMatchObject({ snoozed: null });
});

test.each([
  [{ reason: 'Known' }, '/until'],
  [{ points: 3, reason: '' }, '/reason'],
  [{ points: 0, reason: 'x' }, '/points'],
  [{ until: '2020-01-01T00:00:00.000Z', reason: 'x' }, '/until'],
  [{ until: '2999-01-01T00:00:00.000Z', reason: 'x' }, '/until'],
])('a snooze without end, reason or sense is refused (%#)', async (over, pointer) => {
  const { id } = await anAlert();
  expect(await refusal(await technician(), snooze, { id, ...over })).toMatchObject({
    type: 'input.invalid',
    errors: [{ pointer }],
  });
});

test('the work goes to somebody who can do it here: no stranger, no viewer, nobody', async () => {
  const { id } = await anAlert();
  const stranger = await idOf(app.as('admin@borealis.test'));
  for (const ownerId of [stranger, await idOf(viewer()), id]) {
    expect(await refusal(await technician(), act, { id, ownerId })).toMatchObject({
      type: 'input.invalid',
      errors: [{ pointer: '/ownerId' }],
    });
  }
});

test('a plan names nobody who cannot work here', async () => {
  const { id, revision } = await aChart();
  for (const ownerId of [await idOf(app.as('admin@borealis.test')), await idOf(viewer())]) {
    const refused = { type: 'input.invalid', errors: [{ pointer: '/plan/ownerId' }] };
    expect(await refusal(await engineer(), seriesEndpoints.edit, { id, revision, plan: { ownerId } })).toMatchObject(
      refused,
    );
  }
  const plan = { ownerId: await idOf(technician()) };
  expect(await call(await engineer(), seriesEndpoints.edit, { id, revision, plan })).toMatchObject({ plan });
});

test('in a restricted project the work goes only to its people, and for others there is no alert', async () => {
  const { id, projectId, seriesId } = await anAlert();
  await call(await pi(), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  expect(await refusal(await pi(), act, { id, ownerId: await idOf(engineer()) })).toMatchObject({
    errors: [{ pointer: '/ownerId' }],
  });
  expect(await refusal(await engineer(), acknowledge, { id })).toMatchObject({ status: 404 });
  expect((await call(await engineer(), list, { seriesId })).items).toEqual([]);
  expect(await call(await pi(), act, { id, ownerId: await idOf(pi()) })).toMatchObject({ state: 'in-action' });
});

test('closing is for principal investigators; an engineer may do everything else', async () => {
  const { id, revision } = await anAlertInAction();
  expect(await refusal(await engineer(), close, { id, verdict: 'false-alarm', revision })).toMatchObject({
    type: 'access.denied',
  });
  expect(await refusal(await viewer(), step, { id, step: 0, done: true })).toMatchObject({ type: 'access.denied' });
});

test('the alerts of a chart that is called otherwise are called so too', async () => {
  const { id, seriesId } = await anAlert();
  const name = `Renamed ${id}`;
  await call(await engineer(), seriesEndpoints.edit, { id: seriesId, revision: 0, name });
  expect(await call(await viewer(), get, { id })).toMatchObject({ seriesName: name });
});

test('what a closed alert does not take is refused in words', async () => {
  const { id } = await anAlert();
  await call(await pi(), close, { id, verdict: 'false-alarm', revision: 0 });
  const conflict = { type: 'state.conflict', detail: 'That cannot be done now: this alert is closed.' };
  expect(await refusal(await technician(), acknowledge, { id })).toMatchObject(conflict);
  expect(await refusal(await technician(), snooze, { id, points: 1, reason: 'x' })).toMatchObject(conflict);
  expect(await refusal(await pi(), close, { id, verdict: 'false-alarm', revision: 1 })).toMatchObject(conflict);
});
