import type { Alert } from '@cobench/shared/alerts/alert';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anAlert } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { belongs, queryOf, showIn, shows, type InboxFilter } from './alert-filter.ts';
import { groupsOf } from './alert-groups.ts';
import { AlertInbox } from './alert-inbox.svelte.ts';
import { InboxChoice } from './inbox-choice.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const all: InboxFilter = { show: 'active', projectId: null, instrumentId: null, ownerId: null, q: '' };
const numbered = (number: number, over: Partial<Alert> = {}) =>
  anAlert({ id: anId(number), openedAt: `2026-11-21T${String(number).padStart(2, '0')}:00:00.000Z`, ...over });
const [one, two, three] = [numbered(1), numbered(2), numbered(3)];
const ids = (alerts: readonly { id: string }[]) => alerts.map(({ id }) => id);
const acknowledged = { state: 'acknowledged', version: 1 } as const;

async function inboxOf(stored: Alert[], filter: InboxFilter = all) {
  const sent = answers({ 'GET /api/v1/alerts': () => pageOf(stored) });
  const live = new FakeLive();
  const inbox = new AlertInbox({ live, filter: () => filter });
  inbox.follow();
  await inbox.load();
  return { inbox, live, sent };
}

test('while nobody reads, what opens comes in at the top and what is over leaves', async () => {
  const { inbox, live } = await inboxOf([two, one]);
  live.say('alert.changed', three);
  live.say('alert.changed', { ...one, state: 'closed', version: 1 });
  expect([ids(inbox.items), inbox.waiting, inbox.settled]).toEqual([[three.id, two.id], [], 0]);
});

test('while somebody reads, no line comes, goes or moves; each shows how its alert is now', async () => {
  const { inbox, live } = await inboxOf([two, one], { ...all, show: 'open' });
  inbox.hold();
  live.say('alert.changed', three);
  live.say('alert.changed', { ...one, ...acknowledged });
  expect([ids(inbox.items), inbox.items[1]?.state]).toEqual([[two.id, one.id], 'acknowledged']);
  expect([ids(inbox.waiting), inbox.settled, inbox.isSettled(one.id)]).toEqual([[three.id], 1, true]);
  inbox.update();
  expect([ids(inbox.items), inbox.waiting, inbox.settled]).toEqual([[three.id, two.id], [], 0]);
  live.say('alert.changed', numbered(4));
  expect(ids(inbox.items)).toEqual([three.id, two.id]);
  inbox.release();
  expect(ids(inbox.items)).toEqual([anId(4), three.id, two.id]);
});

test('after a lost connection the lines are what the server says, also those that are held', async () => {
  const stored = [two, one];
  const { inbox, live } = await inboxOf(stored);
  inbox.hold();
  stored.splice(0, 2, three, { ...two, ...acknowledged });
  live.reconnect();
  await expect.poll(() => ids(inbox.waiting)).toEqual([three.id]);
  expect(inbox.items.map(({ id, state }) => [id, state])).toEqual([[two.id, 'acknowledged']]);
});

const snoozed = { until: null, untilIndex: 50, untilChange: false, byName: 'Ben', at: one.openedAt, reason: 'Known' };
const action = {
  ownerId: anId(9),
  ownerName: 'Ada',
  dueAt: null,
  startedAt: one.openedAt,
  startedByName: 'Ada',
  steps: [],
};
const standings = {
  open: one,
  acknowledged: numbered(1, acknowledged),
  'in-action': numbered(1, { state: 'in-action', action }),
  snoozed: numbered(1, { snoozed }),
  closed: numbered(1, { state: 'closed', snoozed }),
  withdrawn: numbered(1, { withdrawn: { limitsVersion: 2, at: one.openedAt, byName: 'Ben' } }),
};

test.each([
  ['active', ['open', 'acknowledged', 'in-action'], { active: 'true' }],
  ['open', ['open'], { state: 'open', active: 'true' }],
  ['acknowledged', ['acknowledged'], { state: 'acknowledged', active: 'true' }],
  ['in-action', ['in-action'], { state: 'in-action', active: 'true' }],
  ['snoozed', ['snoozed'], { snoozed: 'true' }],
  ['closed', ['closed'], { state: 'closed' }],
  ['all', ['open', 'acknowledged', 'in-action', 'snoozed', 'closed', 'withdrawn'], {}],
] as const)('“%s” shows what it says and asks the server for that', (show, expected, query) => {
  const shown = Object.entries(standings).flatMap(([name, alert]) => (belongs(alert, { ...all, show }) ? [name] : []));
  expect(shown).toEqual(expected);
  expect(queryOf({ ...all, show })).toMatchObject(query);
});

test('it is narrowed to a project, an instrument, what is mine and words', () => {
  const alert = numbered(1, { instrumentId: anId(40), state: 'in-action', action });
  const narrowed = (over: Partial<InboxFilter>) => belongs(alert, { ...all, ...over });
  expect([narrowed({ projectId: anId(100) }), narrowed({ projectId: anId(101) })]).toEqual([true, false]);
  expect([narrowed({ instrumentId: anId(40) }), narrowed({ instrumentId: anId(41) })]).toEqual([true, false]);
  expect([narrowed({ ownerId: anId(9) }), narrowed({ ownerId: anId(8) })]).toEqual([true, false]);
  expect(['ETCH', 'wE1', '3 sigma', 'oven'].map((q) => narrowed({ q }))).toEqual([true, true, true, false]);
});

test('an address that names no state shows what is active', () => {
  expect(showIn('nonsense')).toBe('active');
  expect(shows.map(showIn)).toEqual(shows);
});

test('lines stand under the day they opened, under their escalation, or under their series', () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  const opened = (day: number) => new Date(2026, 10, day, 9).toISOString();
  const alerts = [
    numbered(3, { openedAt: opened(21) }),
    numbered(2, { openedAt: opened(20), escalation: 2 }),
    numbered(1, { openedAt: opened(1), seriesName: 'Oven' }),
  ];
  const titles = (by: 'age' | 'escalation' | 'series') =>
    groupsOf(alerts, { by, now }).map(({ title, alerts: members }) => [title, ...ids(members)]);
  expect(titles('age')).toEqual([
    ['Today', anId(3)],
    ['Yesterday', anId(2)],
    ['Sunday, 1 November 2026', anId(1)],
  ]);
  expect(titles('escalation')).toEqual([
    ['Escalated twice', anId(2)],
    ['Not escalated', anId(3), anId(1)],
  ]);
  expect(titles('series')).toEqual([
    ['Etch pressure', anId(3), anId(2)],
    ['Oven', anId(1)],
  ]);
});

test('what is chosen can be acknowledged; without a choice it is the line one is in', () => {
  let items: Alert[] = [three, two, numbered(1, acknowledged)];
  const choice = new InboxChoice(() => items);
  expect([ids(choice.acknowledgeable(two.id)), choice.acknowledgeable(one.id)]).toEqual([[two.id], []]);
  choice.toggleAll();
  expect([ids(choice.chosen), choice.all]).toEqual([[three.id, two.id], true]);
  choice.toggle(three.id);
  expect(ids(choice.acknowledgeable(three.id))).toEqual([two.id]);
  items = [three];
  choice.toggleOpen(three.id);
  choice.clear();
  expect([choice.opened, ids(choice.acknowledgeable(three.id))]).toEqual([null, [three.id]]);
});
