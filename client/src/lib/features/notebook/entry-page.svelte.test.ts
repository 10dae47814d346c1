import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anEntry, anId, aProject } from '../../../test/records.ts';
import { EntryPage } from './entry-page.svelte.ts';

const entry = anEntry({ title: 'Oxide etch', version: 3 });
const get = `GET /api/v1/entries/${entry.id}`;

async function aPage() {
  answers({ [get]: entry });
  const page = new EntryPage(entry.id);
  const live = new FakeLive();
  const leave = page.follow(live);
  await page.load();
  return { page, live, leave };
}

test('an entry is shown, and follows what others call it', async () => {
  const { page, live } = await aPage();
  expect(page.now).toEqual({ state: 'ready', entry });
  live.say('entry.changed', { ...entry, title: 'By Ben', version: 4 });
  live.say('entry.changed', { ...entry, title: 'late', version: 2 });
  live.say('entry.changed', anEntry({ id: anId(2), title: 'another' }));
  expect(page.entry?.title).toBe('By Ben');
});

test('an entry that somebody deletes stays to be read, and comes back when it is restored', async () => {
  const { page, live } = await aPage();
  live.say('entry.deleted', { id: entry.id });
  expect(page.now).toEqual({ state: 'deleted', entry });
  answers({ [`POST /api/v1/entries/${entry.id}/restore`]: { ...entry, version: 5 } });
  await page.restore();
  expect(page.now.state).toBe('ready');
});

test('with its project the entry goes too, and comes back with it as it was', async () => {
  const { page, live } = await aPage();
  const { id } = aProject({ id: entry.projectId });
  live.say('project.deleted', { id });
  expect(page.now.state).toBe('deleted');
  live.say('project.changed', aProject({ id }));
  await expect.poll(() => page.now).toEqual({ state: 'ready', entry });
});

test('an entry of a project that one does not see any more is not there, and is again with it', async () => {
  const { page, live } = await aPage();
  live.say('session.projects', { lost: [anId(55)] });
  expect(page.now.state).toBe('ready');
  answers({ [get]: () => refusal('resource.missing') });
  live.say('session.projects', { lost: [entry.projectId] });
  expect(page.now).toEqual({ state: 'missing' });
  answers({ [get]: entry });
  live.reconnect();
  await expect.poll(() => page.now.state).toBe('ready');
});

test('what happened while the connection was away is looked up', async () => {
  const { page, live, leave } = await aPage();
  answers({ [get]: () => refusal('resource.missing') });
  live.reconnect();
  await expect.poll(() => page.now.state).toBe('deleted');
  leave();
  expect(live.listeners).toBe(0);
});

test('no such entry, and a server that fails, are told apart', async () => {
  answers({ [get]: () => refusal('resource.missing') });
  const page = new EntryPage(entry.id);
  await page.load();
  expect(page.now).toEqual({ state: 'missing' });
  answers({ [get]: () => refusal('internal.fault') });
  await page.load();
  expect(page.now).toMatchObject({ state: 'failed', problem: { type: 'internal.fault', instance: 'request-1' } });
});
