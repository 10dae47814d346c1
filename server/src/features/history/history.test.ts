import { sideOf } from '@cobench/shared/editor/compare-node';
import { compareDocuments } from '@cobench/shared/editor/compare';
import { wordsIn } from '@cobench/shared/editor/plain-node';
import { decodeChanges } from '@cobench/shared/history/changes';
import { historyEndpoints, type DocumentState } from '@cobench/shared/history/history';
import type { HistoryNode } from '@cobench/shared/history/history-node';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { bodyField, type DocumentKind } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { call, refusal } from '../../../test/call.ts';
import { documentTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';

let app: TestApp;
let offset = 0;
beforeAll(async () => {
  app = await startTestApp({ clock: () => new Date(Date.now() + offset) });
});
afterAll(() => app.close());

const engineer = () => app.as('engineer@acme.test');
const pi = () => app.as('pi@acme.test');
const api = historyEndpoints.entry;

async function anEntry(markdown = 'The wafer broke.', title = 'Etch 14'): Promise<string> {
  const { id: projectId } = await laboratory(app).aProject();
  return (await call(await engineer(), notebookEndpoints.create, { projectId, title, markdown })).id;
}

async function aRun(): Promise<string> {
  const { id } = await laboratory(app).aRun();
  const tab = await documentTab(await engineer(), { kind: 'run', id });
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText('The wafer broke.')]);
  tab.doc.getXmlFragment(bodyField).insert(0, [paragraph]);
  await until({ kind: 'run', id }, 'The wafer broke.');
  return id;
}

const lineOf = ({ document }: DocumentState): string => wordsIn(document).trim();
const newest = async ({ kind, id }: { kind: DocumentKind; id: string }) =>
  call(await engineer(), historyEndpoints[kind].state, { id });

/** Waits until the stored document says this, and answers its state. */
async function until(ref: { kind: DocumentKind; id: string }, words: string): Promise<DocumentState> {
  await expect.poll(async () => lineOf(await newest(ref)), { interval: 10 }).toBe(words);
  return newest(ref);
}

const lineIn = ({ doc }: { doc: Y.Doc }): Y.XmlText =>
  (doc.getXmlFragment(bodyField).get(0) as Y.XmlElement).get(0) as Y.XmlText;

/** Every piece of text with the name of its writer. */
function written({ document, authors }: DocumentState): [string, string][] {
  const pieces = (node: HistoryNode): [string, string][] =>
    node.text === undefined ? (node.content ?? []).flatMap(pieces) : [[node.text, authors[node.by]!.person.name]];
  return pieces(document);
}

describe.each([
  ['entry', anEntry],
  ['run', aRun],
] as const)('the history of a document of kind %s', (kind, make) => {
  const api = historyEndpoints[kind];

  test('[RT31] says who wrote what, then and now', async () => {
    const id = await make();
    const before = await newest({ kind, id });
    const tab = await documentTab(await pi(), { kind, id });
    lineIn(tab).insert(4, 'second ');
    const now = await until({ kind, id }, 'The second wafer broke.');
    expect(written(now)).toEqual([
      ['The ', 'Mateo Herrera'],
      ['second ', 'Ingrid Solberg'],
      ['wafer broke.', 'Mateo Herrera'],
    ]);
    expect(now.lastSeq).toBe(now.seq);
    const then = await call(await pi(), api.state, { id, seq: before.seq });
    expect([lineOf(then), then.seq, then.lastSeq]).toEqual(['The wafer broke.', before.seq, now.seq]);
    expect(lineOf(await call(await pi(), api.state, { id, seq: 0 }))).toBe('');
  });

  test('[RT33] a past state comes back as a change of the person, to everybody who writes', async () => {
    const id = await make();
    const { seq } = await newest({ kind, id });
    const ben = await documentTab(await pi(), { kind, id });
    lineIn(ben).delete(0, 3);
    lineIn(ben).insert(0, 'One');
    const changed = await until({ kind, id }, 'One wafer broke.');
    ben.disconnect();
    lineIn(ben).insert(16, ' Typing on.');
    const { seq: restored } = await call(await engineer(), api.restore, { id, seq });
    ben.connect();
    await until({ kind, id }, 'The wafer broke. Typing on.');
    await expect.poll(() => lineIn(ben).toJSON(), { interval: 10 }).toBe('The wafer broke. Typing on.');
    expect(lineOf(await call(await engineer(), api.state, { id, seq: changed.seq }))).toBe('One wafer broke.');
    const { items } = await call(await engineer(), api.versions, { id });
    expect(items.find((version) => version.seq === restored)).toMatchObject({
      restored: seq,
      people: expect.arrayContaining([expect.objectContaining({ name: 'Mateo Herrera' })]),
    });
    const activity = await call(await engineer(), api.activity, { id });
    expect(activity.items).toContainEqual(expect.objectContaining({ kind: 'restored', restored: seq, seq: restored }));
    lineIn(ben).insert(0, 'Now: ');
    const { lastSeq: later } = await until({ kind, id }, 'Now: The wafer broke. Typing on.');
    const undone = await call(await engineer(), api.restore, { id, seq: restored - 1, until: restored });
    expect(undone).toEqual({ seq: later + 1, changed: true });
    await until({ kind, id }, 'Now: One wafer broke. Typing on.');
  });
});

test('[RT33] a document that nobody has open is restored too; restoring what is there changes nothing', async () => {
  const id = await anEntry();
  const tab = await documentTab(await pi(), { kind: 'entry', id });
  lineIn(tab).insert(16, ' Twice.');
  const { seq } = await until({ kind: 'entry', id }, 'The wafer broke. Twice.');
  tab.destroy();
  const back = await call(await engineer(), api.restore, { id, seq: 1 });
  expect(back.seq).toBe(seq + 1);
  expect(lineOf(await newest({ kind: 'entry', id }))).toBe('The wafer broke.');
  expect(await call(await engineer(), api.restore, { id, seq: 1 })).toEqual({ seq: seq + 1, changed: false });
  expect(await call(await engineer(), api.restore, { id, seq })).toEqual({ seq: seq + 2, changed: true });
  expect(lineOf(await newest({ kind: 'entry', id }))).toBe('The wafer broke. Twice.');
});

test('[RT32] versions: kept where people paused, named by people, page by page, and the same after everything is read again', async () => {
  const id = await anEntry();
  const tab = await documentTab(await pi(), { kind: 'entry', id });
  lineIn(tab).insert(16, ' Again.');
  const second = await until({ kind: 'entry', id }, 'The wafer broke. Again.');
  expect((await call(await pi(), api.versions, { id })).items).toEqual([]);
  const named = await call(await pi(), api.nameVersion, { id, name: 'Before review' });
  expect(named).toMatchObject({
    seq: second.seq,
    name: { text: 'Before review', by: { name: 'Ingrid Solberg' }, version: 0 },
    added: expect.any(Number),
    removed: 0,
  });
  offset += 11 * 60_000;
  lineIn(tab).insert(0, 'So. ');
  const third = await until({ kind: 'entry', id }, 'So. The wafer broke. Again.');
  offset += 11 * 60_000;
  const { items } = await call(await pi(), api.versions, { id });
  expect(items.map(({ seq, name }) => [seq, name?.text ?? null])).toEqual([
    [third.seq, null],
    [second.seq, 'Before review'],
  ]);
  expect(items[0]).toMatchObject({ people: [{ name: 'Ingrid Solberg' }], added: 4, removed: 0 });
  const first = await call(await pi(), api.versions, { id, limit: 1 });
  const rest = await call(await pi(), api.versions, { id, limit: 1, cursor: first.nextCursor! });
  expect([first.items, rest.items, rest.nextCursor]).toEqual([[items[0]], [items[1]], null]);
});

test('[RT32] a name is given once, renamed by whoever saw it last, and never taken away', async () => {
  const id = await anEntry();
  const { seq } = await call(await engineer(), api.nameVersion, { id, name: 'First' });
  const twice = await refusal(await pi(), api.nameVersion, { id, seq, name: 'Mine' });
  expect(twice).toMatchObject({ type: 'state.conflict' });
  const renamed = await call(await pi(), api.renameVersion, { id, seq, version: 0, name: 'As measured' });
  expect(renamed.name).toMatchObject({ text: 'As measured', version: 1, by: { name: 'Mateo Herrera' } });
  expect(await refusal(await engineer(), api.renameVersion, { id, seq, version: 0, name: 'Late' })).toMatchObject({
    type: 'edit.conflict',
  });
  expect(await refusal(await engineer(), api.renameVersion, { id, seq: 7, version: 0, name: 'x' })).toMatchObject({
    type: 'resource.missing',
  });
});

test('[RT34] all changes can be replayed, page by page', async () => {
  const id = await anEntry();
  const tab = await documentTab(await pi(), { kind: 'entry', id });
  for (const key of 'abc') {
    lineIn(tab).insert(0, key);
    const words = { a: 'a', b: 'ba', c: 'cba' }[key]!;
    await until({ kind: 'entry', id }, `${words}The wafer broke.`);
  }
  const doc = new Y.Doc();
  const writers: string[] = [];
  for (let after = 0; ;) {
    const page = await call(await engineer(), api.changes, { id, after, limit: 2 });
    expect(page.lastSeq).toBe(4);
    for (const { update, person } of decodeChanges(Buffer.from(page.changes, 'base64'))) {
      Y.applyUpdate(doc, update);
      writers.push(page.people[person]!.name);
    }
    if (page.seq === page.lastSeq) break;
    after = page.seq;
  }
  expect(lineIn({ doc }).toJSON()).toBe('cbaThe wafer broke.');
  expect(writers).toEqual(['Mateo Herrera', 'Ingrid Solberg', 'Ingrid Solberg', 'Ingrid Solberg']);
});

test('[RT35] the activity says who wrote how much when, and who named what', async () => {
  const id = await anEntry('Twelve chars');
  const tab = await documentTab(await pi(), { kind: 'entry', id });
  lineIn(tab).insert(0, 'abc');
  await until({ kind: 'entry', id }, 'abcTwelve chars');
  lineIn(tab).delete(0, 4);
  await until({ kind: 'entry', id }, 'welve chars');
  await call(await engineer(), api.nameVersion, { id, name: 'Short' });
  const { items, nextCursor } = await call(await engineer(), api.activity, { id });
  expect(items).toMatchObject([
    { kind: 'named', name: 'Short', person: { name: 'Mateo Herrera' } },
    { kind: 'typed', added: 3, removed: 4, person: { name: 'Ingrid Solberg' } },
    { kind: 'imported', removed: 0, person: { name: 'Mateo Herrera' } },
  ]);
  expect(nextCursor).toBeNull();
  const older = await call(await engineer(), api.activity, { id, limit: 1, cursor: '2' });
  expect(older.items).toEqual([items[1]]);
});

test('two states are compared from what the server says of them', async () => {
  const id = await anEntry('Rate 31.8 nm.');
  const tab = await documentTab(await pi(), { kind: 'entry', id });
  lineIn(tab).delete(5, 4);
  lineIn(tab).insert(5, '32.4');
  const now = await until({ kind: 'entry', id }, 'Rate 32.4 nm.');
  const then = await call(await engineer(), api.state, { id, seq: 1 });
  const compared = compareDocuments(then.document, now.document);
  expect(wordsIn(sideOf(compared, 'old')).trim()).toBe('Rate 31.8 nm.');
  expect(JSON.stringify(compared)).toContain('"change":"removed","type":"text","text":"31.8"');
});

describe('who may not, and what is wrong', () => {
  const refused = async (contract: (typeof api)[keyof typeof api], input: object, who = 'engineer@acme.test') =>
    (await refusal(await app.as(who), contract, { id: await anEntry(), ...input })).type;

  test('viewers read all of it, and neither name nor restore', async () => {
    const viewer = await app.as('viewer@acme.test');
    const id = await anEntry();
    expect(lineOf(await call(viewer, api.state, { id }))).toBe('The wafer broke.');
    expect(await refused(api.nameVersion, { name: 'x' }, 'viewer@acme.test')).toBe('access.denied');
    expect(await refused(api.restore, { seq: 0 }, 'technician@acme.test')).toBe('access.denied');
  });

  test('the past of an entry goes with it, and is nobody’s in another organisation', async () => {
    const id = await anEntry();
    const stranger = await app.as('admin@borealis.test');
    for (const contract of [api.versions, api.state, api.changes, api.activity]) {
      expect(await refusal(stranger, contract, { id })).toMatchObject({ type: 'resource.missing' });
      expect(await refusal(await pi(), contract, { id: nobodysId })).toMatchObject({ type: 'resource.missing' });
    }
    expect(await refusal(stranger, api.restore, { id, seq: 0 })).toMatchObject({ type: 'resource.missing' });
    const { projectId } = await call(await engineer(), notebookEndpoints.get, { id });
    await call(await pi(), projectEndpoints.remove, { id: projectId });
    expect(await refusal(await pi(), api.state, { id })).toMatchObject({ type: 'resource.missing' });
  });

  test.each([
    ['a moment that is not there yet', api.state, { seq: 99 }],
    ['a moment before the beginning', api.state, { seq: -1 }],
    ['half a moment', api.state, { seq: 1.5 }],
    ['the future to be restored', api.restore, { seq: 99 }],
    ['a restore of what is not there yet', api.restore, { seq: 0, until: 99 }],
    ['no name', api.nameVersion, { name: ' ' }],
    ['a name for the future', api.nameVersion, { name: 'x', seq: 99 }],
    ['a name for nothing', api.nameVersion, { name: 'x', seq: 0 }],
    ['a foreign cursor', api.versions, { cursor: 'x' }],
    ['a cursor past the end', api.activity, { cursor: '99' }],
    ['a page too long', api.changes, { limit: 2001 }],
    ['a field that is none', api.restore, { seq: 0, text: 'x' }],
  ] as const)('%s is refused', async (_what, contract, input) => {
    expect(await refused(contract, input)).toBe('input.invalid');
  });

  test('a run without notes has a history without anything, and nothing to name', async () => {
    const { id } = await laboratory(app).aRun();
    const runs = historyEndpoints.run;
    expect((await call(await pi(), runs.versions, { id })).items).toEqual([]);
    expect(await call(await pi(), runs.state, { id })).toMatchObject({ seq: 0, lastSeq: 0, at: null, authors: [] });
    expect(await refusal(await pi(), runs.nameVersion, { id, name: 'x' })).toMatchObject({ type: 'state.conflict' });
  });
});
