import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import type { EntryField } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { writeField } from '@cobench/shared/notebook/write-properties';
import { closeCode } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { call, refusal } from '../../../test/call.ts';
import { entryTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { LiveClient } from '../../../test/live-client.ts';
import { mongoEntries } from './entry.mongo.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const engineer = () => app.as('engineer@acme.test');

async function anEntry(over: { title?: string; markdown?: string; projectId?: string } = {}): Promise<Entry> {
  const projectId = over.projectId ?? (await laboratory(app).aProject()).id;
  return call(await engineer(), notebookEndpoints.create, { ...over, projectId });
}
const get = async (id: string): Promise<Entry> => call(await engineer(), notebookEndpoints.get, { id });
const fieldsOf = ({ doc }: { doc: Y.Doc }) => doc.getMap<Y.Map<unknown>>('fields');

/** Waits until the record is as expected. That it takes no longer than two seconds is tried by the clock of the projector. */
async function recorded(id: string, expected: object): Promise<void> {
  await expect.poll(() => get(id), { timeout: 10_000, interval: 50 }).toMatchObject(expected);
}

const lot: EntryField = { id: 'lot', type: 'text', name: 'Lot', value: 'ACM-2217' };
const pressure: EntryField = { id: 'p', type: 'number', name: 'Pressure', value: '30.0', unit: 'mTorr' };

test('[RT50] two people type in the title at once, and the record says what both see within two seconds', async () => {
  const { id } = await anEntry({ title: 'Etch' });
  const [ada, ben] = [await entryTab(await engineer(), id), await entryTab(await app.as('pi@acme.test'), id)];
  const live = await new LiveClient(app.origin, { cookie: (await engineer()).cookie('/live') }).connected();
  ada.doc.getText('title').insert(4, ' of oxide');
  ben.doc.getText('title').insert(0, 'Dry ');
  await recorded(id, { title: 'Dry Etch of oxide', version: 1 });
  for (const { doc } of [ada, ben]) expect(readProperties(doc).properties.title).toBe('Dry Etch of oxide');
  const news = await live.until('entry.changed', (all) => all.some(({ title }) => title === 'Dry Etch of oxide'));
  expect(news.at(-1)).toMatchObject({ id, version: 1 });
  live.socket.close();
});

test('[RT51] tags and fields of every kind come into the record; lists find them by tag, field and word', async () => {
  const pi = await app.as('pi@acme.test');
  const me = await call(pi, identityEndpoints.me, {});
  const { id, projectId } = await anEntry({ title: 'Etch 14' });
  await anEntry({ projectId, title: 'Another' });
  const tab = await entryTab(await engineer(), id);
  const fields: EntryField[] = [
    lot,
    pressure,
    { id: 'd', type: 'date', name: 'Etched', value: '2026-11-20' },
    { id: 'c', type: 'choice', name: 'Ring', value: 'new', options: ['old', 'new'] },
    { id: 'o', type: 'person', name: 'Owner', value: me.id },
    { id: 'w', type: 'sample', name: 'Wafer', value: 'W-0142' },
  ];
  tab.doc.transact(() => {
    tab.doc.getMap('tags').set('sio₂', 'SiO₂');
    fields.forEach((field, order) => writeField(fieldsOf(tab), { field, order }, Y));
  });
  await recorded(id, { tags: ['SiO₂'], fields, problems: [] });

  const found = async (query: object) =>
    (await call(await engineer(), notebookEndpoints.list, { projectId, ...query })).items.map(({ title }) => title);
  for (const query of [
    { tags: 'sio₂' },
    { field: 'lot' },
    { field: 'Pressure', is: '30' },
    { field: 'wafer', is: 'w-0142' },
    { q: 'sio' },
    { q: 'acm-22' },
    { q: me.name.slice(0, 5) },
    { q: '30.0 mtorr' },
  ]) {
    expect(await found(query), JSON.stringify(query)).toEqual(['Etch 14']);
  }
  expect(await found({ tags: 'SiO₂,wet' })).toEqual([]);
  expect(await found({ field: 'Pressure', is: '31' })).toEqual([]);
  expect(await refusal(await engineer(), notebookEndpoints.list, { is: 'x' })).toMatchObject({
    errors: [{ pointer: '/is' }],
  });
});

test('[RT51] pages of what was looked up have no gap', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  for (let at = 0; at < 5; at++) await anEntry({ projectId, markdown: `---\ntitle: E${at}\ntags: [paged]\n---\n` });
  await anEntry({ projectId, title: 'untagged' });
  const titles: string[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { projectId, tags: 'paged', limit: 2, ...(cursor && { cursor }) };
    const page = await call(await engineer(), notebookEndpoints.list, query);
    titles.push(...page.items.map(({ title }) => title));
    cursor = page.nextCursor;
  } while (cursor);
  expect(titles).toEqual(['E4', 'E3', 'E2', 'E1', 'E0']);
});

test('[RT51] what a document says wrongly is reported and breaks nothing', async () => {
  const foreign = await call(await app.as('engineer@borealis.test'), identityEndpoints.me, {});
  const { id } = await anEntry({ title: 'Etch 14' });
  const tab = await entryTab(await engineer(), id);
  const hostile = new Map<string, unknown>([
    ['future', new Y.Map(Object.entries({ type: 'angle', name: 'Tilt', value: '7' }))],
    ['nothing', 12],
    ['nested', new Y.Map([['type', new Y.Map()]])],
    ['object', new Y.Map<unknown>(Object.entries({ type: 'number', name: { a: 1 }, value: new Y.XmlElement('x') }))],
    ['bad', new Y.Map(Object.entries({ type: 'number', name: 'Pressure', value: 'thirty' }))],
    ['owner', new Y.Map(Object.entries({ type: 'person', name: 'Owner', value: foreign.id }))],
  ]);
  tab.doc.transact(() => {
    for (const [key, value] of hostile) fieldsOf(tab).set(key, value as Y.Map<unknown>);
    tab.doc.getMap('tags').set('x', { not: 'a tag' });
    tab.doc.getText('title').insert(0, 'x'.repeat(300));
    tab.doc.getText('title').insertEmbed(0, { image: 'x' });
  });
  await recorded(id, { title: 'x'.repeat(200), tags: [] });
  const { fields, problems } = await get(id);
  expect(fields.map((field) => field.id)).toEqual(['bad', 'object', 'owner']);
  expect(new Set(problems.map(({ at }) => at))).toEqual(
    new Set(['title', 'tags', 'future', 'nothing', 'nested', 'object', 'bad', 'owner']),
  );
  expect(problems.find(({ at }) => at === 'owner')?.detail).toMatch(/not a member/);
  // Nothing was taken out of the document, and nobody of another organisation is found by name.
  expect(fieldsOf(tab).size).toBe(hostile.size);
  const list = await call(await engineer(), notebookEndpoints.list, { q: foreign.name });
  expect(list.items).toEqual([]);
});

test('[RT51] an entry without a title is called Untitled', async () => {
  const { id, title } = await anEntry();
  expect(title).toBe('Untitled');
  const tab = await entryTab(await engineer(), id);
  tab.doc.getText('title').insert(0, 'x');
  await recorded(id, { title: 'x' });
  tab.doc.getText('title').delete(0, 1);
  await recorded(id, { title: 'Untitled', version: 2 });
});

test('[RT52] a rename over HTTP is written into the document, under the eyes of who has it open', async () => {
  const { id } = await anEntry({ title: 'Etch 14' });
  const tab = await entryTab(await app.as('pi@acme.test'), id);
  const renamed = await call(await engineer(), notebookEndpoints.rename, { id, version: 0, title: 'Etch 15, oxide' });
  expect(renamed).toMatchObject({ title: 'Etch 15, oxide', version: 1, editedBy: 'Mateo Herrera' });
  await vi.waitUntil(() => tab.doc.getText('title').toJSON() === 'Etch 15, oxide');
  tab.doc.getText('title').insert(0, 'Dry ');
  await recorded(id, { title: 'Dry Etch 15, oxide' });
  const late = await refusal(await engineer(), notebookEndpoints.rename, { id, version: 1, title: 'Etch 16' });
  expect(late).toMatchObject({ type: 'edit.conflict' });
});

test('[RT10] a viewer sees properties and changes none', async () => {
  const { id } = await anEntry({ title: 'Etch 14' });
  const viewer = await entryTab(await app.as('viewer@acme.test'), id);
  expect(viewer.doc.getText('title').toJSON()).toBe('Etch 14');
  const code = new Promise((resolve) => viewer.once('connection-close', (event) => resolve(event?.code)));
  viewer.doc.getText('title').insert(0, 'Mine: ');
  expect(await code).toBe(closeCode.notAllowed);
  const rename = await refusal(await app.as('viewer@acme.test'), notebookEndpoints.rename, {
    id,
    version: 0,
    title: 'x',
  });
  expect(rename).toMatchObject({ type: 'access.denied' });
  expect(await get(id)).toMatchObject({ title: 'Etch 14', version: 0 });
});

test('properties go out with the markdown and come in with it', async () => {
  const markdown = `---
title: "Etch 14"
tags: ["etch", "SiO₂"]
fields:
  - name: Lot
    type: text
    value: ACM-2217
  - name: Pressure
    type: number
    value: "30.0"
    unit: mTorr
---

# Plan`;
  const entry = await anEntry({ markdown });
  expect(entry).toMatchObject({ title: 'Etch 14', tags: ['etch', 'SiO₂'], excerpt: 'Plan' });
  expect(entry.fields).toMatchObject([{ name: 'Lot' }, { name: 'Pressure', value: '30.0', unit: 'mTorr' }]);
  const stored = await call(await engineer(), notebookEndpoints.markdown, { id: entry.id });
  const copy = await anEntry({ markdown: stored.markdown, title: 'Etch 14, again' });
  expect(copy.title).toBe('Etch 14, again');
  expect(copy.fields).toEqual(entry.fields);
});

test('tags and fields in use are counted, of one project or all, and of no other organisation', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  const markdown = (tags: string, unit: string) =>
    `---\ntitle: x\ntags: [${tags}]\nfields:\n  - name: Speed\n    type: number\n    unit: ${unit}\n---\n`;
  for (const [tags, unit] of [
    ['in use, Copper', 'rpm'],
    ['copper', 'Hz'],
    ['Copper', 'rpm'],
  ] as const)
    await anEntry({ projectId, markdown: markdown(tags, unit) });
  const used = await call(await engineer(), notebookEndpoints.inUse, { projectId });
  expect(used).toEqual({
    tags: [
      { tag: 'Copper', entries: 3 },
      { tag: 'in use', entries: 1 },
    ],
    fields: [{ name: 'Speed', type: 'number', unit: 'rpm', options: [], entries: 3 }],
  });
  const stranger = await app.as('engineer@borealis.test');
  const theirs = await call(stranger, notebookEndpoints.inUse, {});
  expect(theirs.tags.map(({ tag }) => tag)).not.toContain('Copper');
  expect((await call(stranger, notebookEndpoints.list, { tags: 'copper' })).items).toEqual([]);
});

test('[RT28] of two states that are told in the wrong order the later one stays', async () => {
  const entry = await anEntry();
  const row = await app.connection.collection<{ _id: string; orgId: string }>('entries').findOne({ _id: entry.id });
  const repo = mongoEntries(app.connection);
  const orgId = String(row?.orgId);
  const say = (seq: number, title: string) => {
    const properties = { title, tags: [], fields: [], problems: [], keys: [], search: title };
    return repo.project(orgId, entry.id, { excerpt: title, properties, seq, editedBy: 'Ada', at: new Date() });
  };
  expect(await say(12, 'Later')).toMatchObject({ title: 'Later' });
  expect(await say(10, 'Earlier')).toBeNull();
  expect(await say(12, 'The same again')).toMatchObject({ title: 'The same again' });
  expect(await repo.find(orgId, entry.id)).toMatchObject({ title: 'The same again' });
});
