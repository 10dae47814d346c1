import type { Alert } from '@cobench/shared/alerts/alert';
import { roleAllows } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anAlert } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { AlertActs } from './alert-acts.svelte.ts';
import { AlertPage } from './alert-page.svelte.ts';
import { Why } from './alert-why.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const at = '2026-11-21T10:00:00.000Z';
const steps = [{ text: 'Check the pump', required: true, done: null }];
const action = { ownerId: anId(9), ownerName: 'Ada', dueAt: null, startedAt: at, startedByName: 'Ada', steps };
const working = anAlert({ state: 'in-action', action, revision: 4, version: 7 });
const path = `/api/v1/alerts/${working.id}`;

function actsOn(alert: Alert, role: Role = 'pi') {
  const shown = { alert };
  const acts = new AlertActs({
    alert: () => shown.alert,
    may: (needed) => roleAllows(role, needed),
    onchanged: (changed) => (shown.alert = changed),
  });
  return { acts, shown };
}

test('what may be done follows from the state of the alert and one’s role', () => {
  expect(actsOn(working, 'viewer').acts.any).toBe(false);
  const technician = actsOn(working, 'technician').acts;
  expect([technician.can('step'), technician.can('close'), technician.any]).toEqual([true, false, true]);
  expect([actsOn(working).acts.can('close'), actsOn(anAlert({ state: 'closed' })).acts.can('reopen')]).toEqual([
    true,
    true,
  ]);
  const withdrawn = { limitsVersion: 2, at, byName: 'Ben' };
  expect(actsOn(anAlert({ withdrawn })).acts.any).toBe(false);
});

test('a tick is sent and shown; the next one waits for it', async () => {
  const done = { byName: 'Ada', at, note: 'Oil was low' };
  const ticked = { ...working, action: { ...action, steps: [{ ...steps[0], done }] }, revision: 5, version: 8 };
  const sent = answers({ [`POST ${path}/steps/0`]: ticked });
  const { acts, shown } = actsOn(working);
  const first = acts.tick(0, { done: true, note: 'Oil was low' });
  expect([acts.ticking, await acts.tick(0, { done: false, note: '' })]).toEqual([0, null]);
  await first;
  expect(sent.map(({ body }) => body)).toEqual([{ done: true, note: 'Oil was low' }]);
  expect([shown.alert.version, acts.left, acts.ticking]).toEqual([8, [], null]);
});

test('who is too late is told so and sees how it is now', async () => {
  const closed = { ...working, state: 'closed', revision: 5, version: 9 } as const;
  answers({ [`POST ${path}/close`]: () => refusal('edit.conflict'), [`GET ${path}`]: closed });
  const { acts, shown } = actsOn(working);
  const ending = { verdict: 'cause', cause: 'Pump', comment: '', revision: 4 } as const;
  expect([await acts.close(ending), acts.overtaken, shown.alert.state]).toEqual([null, true, 'closed']);
  acts.clear();
  expect([acts.overtaken, acts.submission.problem]).toEqual([false, null]);
});

test('a refusal that has nothing to do with others is not blamed on them', async () => {
  const detail = 'These steps have to be done first: Check the pump.';
  answers({ [`POST ${path}/close`]: () => refusal('state.conflict', { detail }), [`GET ${path}`]: working });
  const { acts } = actsOn(working);
  await acts.close({ verdict: 'cause', cause: 'Pump', comment: '', revision: 4 });
  expect([acts.overtaken, acts.submission.message]).toEqual([false, detail]);
});

test('starting, snoozing, waking and reopening ask for what they say', async () => {
  const sent = answers(
    Object.fromEntries(['action', 'snooze', 'wake', 'reopen'].map((act) => [`POST ${path}/${act}`, working])),
  );
  const { acts } = actsOn(working);
  await acts.start({ ownerId: anId(9), revision: 4 });
  await acts.snooze({ until: null, points: 10, untilChange: false, reason: 'Pump is changed' });
  await acts.wake();
  await acts.reopen('It came back');
  expect(sent.map(({ body }) => body)).toEqual([
    { ownerId: anId(9), revision: 4 },
    { until: null, points: 10, untilChange: false, reason: 'Pump is changed' },
    {},
    { reason: 'It came back' },
  ]);
});

test('the page of an alert follows what others do with it, and never goes back', async () => {
  answers({ [`GET ${path}`]: working });
  const live = new FakeLive();
  const page = new AlertPage(working.id, live);
  const leave = page.follow();
  await expect.poll(() => page.alert?.version).toBe(7);
  live.say('alert.changed', { ...working, signals: 9, version: 8 });
  live.say('alert.changed', working);
  live.say('alert.changed', { ...working, id: anId(77), version: 99 });
  expect([page.alert?.id, page.alert?.version, page.alert?.signals]).toEqual([working.id, 8, 9]);
  leave();
  expect(live.listeners).toBe(0);
});

test('an alert that is not there is missing; a server that fails is told', async () => {
  const page = new AlertPage(working.id, new FakeLive());
  answers({ [`GET ${path}`]: () => refusal('resource.missing') });
  await page.load();
  expect(page.missing).toBe(true);
  answers({ [`GET ${path}`]: () => refusal('service.unavailable') });
  await page.load();
  expect([page.missing, page.problem?.type]).toEqual([false, 'service.unavailable']);
});

test('why it was raised is asked for, and a failure leaves what was known', async () => {
  const rule = { id: 'WE1', title: 'One point beyond 3 sigma', window: 1, count: 1, zone: 3 };
  const answer = { alert: working, rule, words: 'Beyond.', points: [], window: { first: 44, last: 44 }, limits: null };
  answers({ [`GET ${path}/why`]: { ...answer, formula: 'x', source: 'y', conventions: [] } });
  const why = new Why(working.id);
  await why.load();
  answers({ [`GET ${path}/why`]: () => refusal('service.unavailable') });
  await why.load();
  expect([why.answer?.words, why.problem?.type]).toEqual(['Beyond.', 'service.unavailable']);
});
