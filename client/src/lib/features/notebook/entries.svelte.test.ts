import { expect, test } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anEntry, anId } from '../../../test/records.ts';
import { Entries, type EntryFilter } from './entries.svelte.ts';
import { startEntry } from './start-entry.ts';

const stored = [anEntry(), anEntry({ id: anId(2), title: 'Anneal' })];
const titles = (entries: Entries) => entries.list.items.map(({ title }) => title);

async function listed(filter: EntryFilter) {
  const sent = answers({ 'GET /api/v1/entries': pageOf(stored) });
  const live = new FakeLive();
  const entries = new Entries(() => filter);
  const leave = entries.follow(live);
  await entries.list.load();
  return { entries, live, leave, sent };
}

test('whoever typed last stands first', async () => {
  const { entries, live } = await listed({ projectId: null, search: '' });
  live.say('entry.changed', anEntry({ id: anId(2), title: 'Anneal 2' }));
  live.say('entry.changed', anEntry({ id: anId(3), title: 'New' }));
  expect(titles(entries)).toEqual(['New', 'Anneal 2', 'Etch rate of SiO₂']);
});

test('of another project nothing shows up', async () => {
  const { entries, live, sent } = await listed({ projectId: anId(100), search: '' });
  live.say('entry.changed', anEntry({ id: anId(3), projectId: anId(200) }));
  expect([titles(entries).length, sent[0]?.url]).toEqual([2, `/api/v1/entries?limit=50&projectId=${anId(100)}`]);
});

test('while one searches, only what was found is kept up to date', async () => {
  const { entries, live } = await listed({ projectId: null, search: 'a' });
  live.say('entry.changed', anEntry({ id: anId(3), title: 'New' }));
  live.say('entry.changed', anEntry({ id: anId(2), title: 'Anneal 2' }));
  expect(titles(entries)).toEqual(['Etch rate of SiO₂', 'Anneal 2']);
});

test('of what is looked up by a tag or a value, what gets it comes and what loses it goes', async () => {
  const { entries, live, sent } = await listed({
    projectId: null,
    search: '',
    tags: ['etch', 'wet'],
    field: 'Lot',
    is: 'A',
  });
  expect(sent[0]?.url).toBe('/api/v1/entries?limit=50&tags=etch%2Cwet&field=Lot&is=A');
  const fields = [{ id: 'f', type: 'text', name: 'lot', value: 'a' } as const];
  live.say('entry.changed', anEntry({ id: anId(3), title: 'New', tags: ['Wet', 'Etch'], fields }));
  live.say('entry.changed', anEntry({ id: anId(2), title: 'Anneal', tags: ['etch'], fields }));
  live.say('entry.changed', anEntry({ id: anId(4), title: 'Other', tags: ['wet', 'etch'] }));
  expect(titles(entries)).toEqual(['New', 'Etch rate of SiO₂']);
});

test('a deleted entry goes; a lost connection reads the list again', async () => {
  const { entries, live, leave } = await listed({ projectId: null, search: '' });
  live.say('entry.deleted', { id: anId(1) });
  expect(titles(entries)).toEqual(['Anneal']);
  live.reconnect();
  await expect.poll(() => titles(entries).length).toBe(2);
  leave();
  expect(live.listeners).toBe(0);
});

test('an entry is deleted and brought back', async () => {
  answers({
    'GET /api/v1/entries': pageOf(stored),
    [`DELETE /api/v1/entries/${anId(1)}`]: stored[0],
    [`POST /api/v1/entries/${anId(1)}/restore`]: stored[0],
  });
  const entries = new Entries(() => ({ projectId: null, search: '' }));
  await entries.list.load();
  await entries.remove(anEntry());
  expect(titles(entries)).toEqual(['Anneal']);
  await entries.restore(anEntry());
  expect(titles(entries).length).toBe(2);
});

test('an entry starts without a title; it is given on its page', async () => {
  const sent = answers({ 'POST /api/v1/entries': anEntry() });
  await startEntry(anId(100));
  expect(sent[0]?.body).toEqual({ projectId: anId(100) });
});
