import type { Alert } from '@cobench/shared/alerts/alert';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anAlert } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { Acknowledging } from './acknowledging.svelte.ts';
import { Alerts } from './alerts.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const first = anAlert({ id: anId(31), openedAt: '2026-11-21T10:00:00.000Z' });
const second = anAlert({ id: anId(32), openedAt: '2026-11-21T11:00:00.000Z' });
const byBen = { byId: anId(8), byName: 'Ben', at: second.openedAt, comment: 'Gas changed' };
const acknowledged: Partial<Alert> = { state: 'acknowledged', acknowledgements: [byBen], version: 1 };
const ids = (alerts: readonly { id: string }[]) => alerts.map(({ id }) => id);

async function followed(stored: Alert[] = [first]) {
  const sent = answers({ 'GET /api/v1/alerts': () => pageOf(stored) });
  const live = new FakeLive();
  const told: string[] = [];
  const alerts = new Alerts({ live, onarrived: ({ id }) => told.push(id) });
  const leave = alerts.follow();
  await expect.poll(() => alerts.state).toBe('ready');
  return { alerts, live, leave, sent, told };
}

test('those that were open before are listed, but not announced', async () => {
  const { alerts, sent } = await followed();
  expect([ids(alerts.unseen), alerts.arrived]).toEqual([[first.id], []]);
  expect(sent[0]?.url).toBe('/api/v1/alerts?active=true&limit=200');
});

test('one that opens is announced once, however often it grows', async () => {
  const { alerts, live, told } = await followed();
  live.say('alert.changed', second);
  live.say('alert.changed', { ...second, signals: 2, lastIndex: 45, version: 1 });
  live.say('alert.changed', { ...first, signals: 3, lastIndex: 46, version: 2 });
  expect([ids(alerts.unseen), ids(alerts.arrived)]).toEqual([[second.id, first.id], [second.id]]);
  expect([alerts.arrived[0]?.signals, alerts.unseen[1]?.signals, told]).toEqual([2, 3, [second.id]]);
});

test('one that is escalated, opened again or woken is announced again', async () => {
  const { live, told } = await followed();
  const reason = { byName: 'Ben', at: first.openedAt, reason: 'Pump is changed' };
  const snoozed = { until: null, untilIndex: 50, untilChange: false, ...reason };
  live.say('alert.changed', { ...first, escalation: 1, version: 1 });
  live.say('alert.changed', { ...first, escalation: 1, snoozed, version: 2 });
  live.say('alert.changed', { ...first, escalation: 1, version: 3 });
  live.say('alert.changed', { ...first, escalation: 1, state: 'closed', version: 4 });
  live.say('alert.changed', { ...first, escalation: 1, version: 5 });
  expect(told).toEqual([first.id, first.id, first.id]);
});

test('one that anybody acknowledges leaves the banner but still asks for somebody, and late messages change nothing', async () => {
  const { alerts, live } = await followed();
  live.say('alert.changed', second);
  live.say('alert.changed', { ...second, ...acknowledged });
  live.say('alert.changed', second);
  expect([ids(alerts.unseen), ids(alerts.active), alerts.arrived]).toEqual([[first.id], [second.id, first.id], []]);
});

test('putting the banner away leaves the alerts open', async () => {
  const { alerts, live } = await followed();
  live.say('alert.changed', second);
  alerts.dismiss();
  expect([alerts.arrived, alerts.unseen.length]).toEqual([[], 2]);
});

test('after a lost connection the list is what the server says', async () => {
  const stored = [first];
  const { alerts, live } = await followed(stored);
  live.say('alert.changed', second);
  stored.splice(0, 1, second);
  live.reconnect();
  await expect.poll(() => ids(alerts.active)).toEqual([second.id]);
});

test('who is about to acknowledge sees that somebody was faster', async () => {
  const { alerts, live } = await followed();
  alerts.ask(first);
  live.say('alert.changed', { ...first, ...acknowledged });
  expect([alerts.asked[0]?.acknowledgements[0]?.byName, alerts.unseen]).toEqual(['Ben', []]);
  alerts.ask();
  expect(alerts.asked).toEqual([]);
});

test('several are acknowledged with one comment; what somebody has closed meanwhile is told and stops nothing', async () => {
  const { alerts } = await followed([first, second]);
  const sent = answers({
    [`POST /api/v1/alerts/${first.id}/acknowledge`]: () => refusal('state.conflict'),
    [`POST /api/v1/alerts/${second.id}/acknowledge`]: { ...second, ...acknowledged },
  });
  const form = new Acknowledging((alert, comment) => alerts.acknowledge(alert, comment));
  form.comment = 'Gas changed';
  const outcome = await form.submit([first, second]);
  expect([outcome?.settled, outcome && ids(outcome.acknowledged)]).toEqual([1, [second.id]]);
  expect(sent.map(({ body }) => body)).toEqual([{ comment: 'Gas changed' }, { comment: 'Gas changed' }]);
  expect(ids(alerts.unseen)).toEqual([first.id]);
});

test('a server that fails while several are acknowledged is told', async () => {
  const { alerts } = await followed();
  answers({ [`POST /api/v1/alerts/${first.id}/acknowledge`]: () => refusal('service.unavailable') });
  const form = new Acknowledging((alert, comment) => alerts.acknowledge(alert, comment));
  expect([await form.submit([first]), form.submission.problem?.type]).toEqual([null, 'service.unavailable']);
});

test('a failure to fetch is told; trying again recovers', async () => {
  let up = false;
  answers({ 'GET /api/v1/alerts': () => (up ? pageOf([first]) : refusal('service.unavailable')) });
  const alerts = new Alerts({ live: new FakeLive() });
  await alerts.load();
  expect([alerts.state, alerts.problem?.type]).toEqual(['failed', 'service.unavailable']);
  up = true;
  await alerts.load();
  expect([alerts.state, alerts.problem, ids(alerts.active)]).toEqual(['ready', null, [first.id]]);
});
