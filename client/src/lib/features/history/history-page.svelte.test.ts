import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { ada, aPastState, aVersion, max } from '../../../test/past.ts';
import { anEntry, anId } from '../../../test/records.ts';
import { activityTime, activityWords } from './activity-list.ts';
import { contributorsOf } from './authors.ts';
import { Comparison } from './comparison.svelte.ts';
import { HistoryPage } from './history-page.svelte.ts';
import { NameVersion } from './name-version.svelte.ts';
import { PastView } from './past-view.svelte.ts';
import { amountWords, peopleWords, versionTitle } from './version-words.ts';

const document = { kind: 'entry', id: anId(1) } as const;
const base = `/api/v1/entries/${document.id}`;
const at = '2026-11-21T10:00:00.000Z';
const named = aVersion({ name: { text: 'Before review', by: ada, at, version: 0 } });

test('the history of an entry has its name and its versions, and follows what others write', async () => {
  const versions = vi.fn<() => unknown>(() => pageOf([named]));
  answers({ [`GET ${base}`]: anEntry({ title: '' }), [`GET ${base}/history/versions`]: versions });
  const page = new HistoryPage(document);
  const live = new FakeLive();
  const leave = page.follow(live);
  await page.load();
  expect([page.name, page.versions.items[0]?.id]).toEqual(['Untitled', '3']);
  live.say('entry.changed', anEntry());
  live.say('entry.changed', anEntry({ id: anId(2) }));
  await vi.waitFor(() => expect(versions).toHaveBeenCalledTimes(2));
  flushSync();
  expect(page.changes).toBe(1);
  leave();
  expect(live.listeners).toBe(0);
});

test('a document that is not there is missing, a server that fails is told', async () => {
  const page = new HistoryPage(document);
  answers({ [`GET ${base}`]: () => refusal('resource.missing') });
  await page.load();
  expect(page.missing).toBe(true);
  answers({ [`GET ${base}`]: () => refusal('service.unavailable') });
  await page.load();
  expect([page.missing, page.problem?.type]).toEqual([false, 'service.unavailable']);
});

test('restoring asks the server and shows the versions anew', async () => {
  const sent = answers({
    [`POST ${base}/history/restore`]: { seq: 8, changed: true },
    [`GET ${base}/history/versions`]: pageOf([aVersion({ seq: 8, restored: 3 }), named]),
  });
  const page = new HistoryPage(document);
  expect(await page.restore(3)).toBe(8);
  await page.undo(8);
  const bodies = sent.filter(({ method }) => method === 'POST').map(({ body }) => body);
  expect(bodies).toEqual([{ seq: 3 }, { seq: 7, until: 8 }]);
  expect(page.versions.items.map((version) => versionTitle(version, page.versions.items))).toEqual([
    '“Before review” brought back',
    'Before review',
  ]);
});

test('a name is given, and changed by whoever saw it last', async () => {
  const sent = answers({
    [`POST ${base}/history/versions`]: () => Response.json(named, { status: 201 }),
    [`PATCH ${base}/history/versions/3`]: () => refusal('edit.conflict'),
  });
  const fresh = new NameVersion({ document, seq: 3, named: null });
  expect(fresh.ready).toBe(false);
  fresh.name = 'Before review';
  expect(await fresh.submit()).toEqual(named);
  const renaming = new NameVersion({ document, seq: 3, named: named.name });
  expect(renaming.name).toBe('Before review');
  expect(await renaming.submit()).toBeNull();
  expect(renaming.sending.message).toBe('Someone changed it first.');
  expect(sent.map(({ body }) => body)).toEqual([
    { seq: 3, name: 'Before review' },
    { name: 'Before review', version: 0 },
  ]);
});

test('of two states that are asked for one after the other, the last one is shown', async () => {
  const first = Promise.withResolvers<unknown>();
  answers({
    [`GET ${base}/history/state`]: ({ url }: { url: string }) =>
      url.includes('seq=1') ? first.promise : aPastState('two', { seq: 2 }),
  });
  const view = new PastView();
  const slow = view.show(document, 1);
  await view.show(document, 2);
  first.resolve(aPastState('one', { seq: 1 }));
  await slow;
  expect(view.past?.seq).toBe(2);
});

test('two states are compared, and what differs is counted', async () => {
  answers({
    [`GET ${base}/history/state`]: ({ url }: { url: string }) =>
      aPastState(url.includes('seq=1') ? 'The rate was 31.8 nm.' : 'The rate was 32.4 nm, steady.'),
  });
  const comparison = new Comparison();
  await comparison.show(document, { from: 1, to: null });
  expect(comparison.difference?.counts).toEqual({ added: 2, removed: 1, changed: 0 });
  expect(comparison.difference?.properties.differ).toBe(false);
});

test('who wrote how much of a state', () => {
  const line = [
    { type: 'text', text: 'abc', by: 0 },
    { type: 'text', text: 'defgh', by: 1 },
    { type: 'text', text: 'i', by: 2 },
  ];
  const stint = { from: at, to: at, how: 'typed' as const };
  const state = aPastState('', {
    document: { type: 'doc', by: 0, content: [{ type: 'paragraph', by: 0, content: line }] },
    authors: [ada, max, ada].map((person) => ({ ...stint, person })),
  });
  expect(contributorsOf(state).map(({ name, characters }) => [name, characters])).toEqual([
    ['Max Born', 5],
    ['Ada Byron', 4],
  ]);
});

test('what people did is said in sentences', () => {
  const typed = { kind: 'typed', person: ada, at, since: at, seq: 3, title: null, added: 1, removed: 0 } as const;
  expect(activityWords(typed)).toBe('wrote +1 character');
  expect(activityWords({ ...typed, added: 1200, removed: 30, title: 'Etch' })).toBe(
    'wrote +1,200 −30 characters, and called it “Etch”',
  );
  expect(activityWords({ ...typed, kind: 'imported', added: 0 })).toBe('put in no text');
  expect(activityWords({ kind: 'named', person: ada, at, seq: 3, name: 'First' })).toBe('named a version “First”');
  expect(activityWords({ kind: 'restored', person: ada, at, seq: 3, restored: 1 })).toBe(
    'brought an earlier version back',
  );
  expect(activityTime({ ...typed, since: '2026-11-21T09:30:00.000Z' })).toMatch(/ to \d\d:\d\d$/);
  expect(amountWords({ added: 0, removed: 1 })).toBe('−1 character');
  const four = ['A', 'B', 'C', 'D'].map((name) => ({ name }));
  expect([1, 2, 3, 4].map((count) => peopleWords(four.slice(0, count)))).toEqual([
    'A',
    'A and B',
    'A, B and C',
    'A, B and 2 others',
  ]);
});
