import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anAlert } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { AlertFeed } from './alert-feed.svelte.ts';
import { Alerts } from './alerts.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const first = anAlert({ id: anId(31), openedAt: '2026-11-21T10:00:00.000Z' });
const second = anAlert({ id: anId(32), openedAt: '2026-11-21T11:00:00.000Z' });
const acknowledged = { state: 'acknowledged', acknowledgedAt: second.openedAt, acknowledgedByName: 'Ben' } as const;
const ids = (alerts: readonly { id: string }[]) => alerts.map(({ id }) => id);

async function followed(stored = [first]) {
  const sent = answers({ 'GET /api/v1/alerts': () => pageOf(stored) });
  const live = new FakeLive();
  const alerts = new Alerts(live);
  const leave = alerts.follow();
  await expect.poll(() => alerts.state).toBe('ready');
  return { alerts, live, leave, sent };
}

test('those that were open before are listed, but not announced', async () => {
  const { alerts, sent } = await followed();
  expect([ids(alerts.open), alerts.arrived]).toEqual([[first.id], []]);
  expect(sent[0]?.url).toBe('/api/v1/alerts?state=open&limit=200');
});

test('one that opens is announced once, however often it grows', async () => {
  const { alerts, live } = await followed();
  live.say('alert.changed', second);
  live.say('alert.changed', { ...second, signals: 2, lastIndex: 45 });
  live.say('alert.changed', { ...first, signals: 3, lastIndex: 46 });
  expect([ids(alerts.open), ids(alerts.arrived)]).toEqual([[second.id, first.id], [second.id]]);
  expect([alerts.arrived[0]?.signals, alerts.open[1]?.signals]).toEqual([2, 3]);
});

test('one that anybody acknowledges leaves list and banner, and late messages do not bring it back', async () => {
  const { alerts, live } = await followed();
  live.say('alert.changed', second);
  live.say('alert.changed', { ...second, ...acknowledged });
  live.say('alert.changed', second);
  expect([ids(alerts.open), alerts.arrived]).toEqual([[first.id], []]);
});

test('putting the banner away leaves the alerts open', async () => {
  const { alerts, live } = await followed();
  live.say('alert.changed', second);
  alerts.dismiss();
  expect([alerts.arrived, alerts.open.length]).toEqual([[], 2]);
});

test('after a lost connection the list is what the server says', async () => {
  const stored = [first];
  const { alerts, live } = await followed(stored);
  live.say('alert.changed', second);
  stored.splice(0, 1, second);
  live.reconnect();
  await expect.poll(() => ids(alerts.open)).toEqual([second.id]);
});

test('of two who acknowledge, the second learns who was first', async () => {
  const { alerts } = await followed();
  answers({ [`POST /api/v1/alerts/${first.id}/acknowledge`]: { ...first, ...acknowledged, comment: 'Gas changed' } });
  const known = await alerts.acknowledge(first, 'Mine');
  expect([known.acknowledgedByName, alerts.open]).toEqual(['Ben', []]);
});

test('who is about to acknowledge sees that somebody was faster', async () => {
  const { alerts, live } = await followed();
  alerts.ask(first);
  live.say('alert.changed', { ...first, ...acknowledged });
  expect([alerts.asked?.acknowledgedByName, alerts.open]).toEqual(['Ben', []]);
  alerts.ask(null);
  expect(alerts.asked).toBeNull();
});

test('a failure to fetch is told; trying again recovers', async () => {
  let up = false;
  answers({ 'GET /api/v1/alerts': () => (up ? pageOf([first]) : refusal('service.unavailable')) });
  const alerts = new Alerts(new FakeLive());
  await alerts.load();
  expect([alerts.state, alerts.problem?.type]).toEqual(['failed', 'service.unavailable']);
  up = true;
  await alerts.load();
  expect([alerts.state, alerts.problem, ids(alerts.open)]).toEqual(['ready', null, [first.id]]);
});

test('the alerts of a run are looked for as far back as the run goes', async () => {
  const pages: Record<string, unknown> = {
    '': pageOf([second], 'older'),
    older: pageOf([first, anAlert({ id: anId(33), runId: anId(2), openedAt: '2026-11-20T10:00:00.000Z' })], 'oldest'),
  };
  answers({
    'GET /api/v1/alerts': ({ url }: { url: string }) =>
      pages[new URL(url, 'http://lab.test').searchParams.get('cursor') ?? ''],
  });
  const keep = (alert: { runId: string }) => alert.runId === anId(1);
  const feed = new AlertFeed({
    live: new FakeLive(),
    wanted: () => ({ query: {}, keep, since: '2026-11-21T09:00:00.000Z' }),
  });
  await feed.load();
  expect(ids(feed.items)).toEqual([second.id, first.id]);
});
