import { Readable } from 'node:stream';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { call } from '../../test/call.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { laboratory } from '../../test/laboratory.ts';
import { mongoDocumentLog } from '../realtime/collab/log.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { keyOf } from '../realtime/collab/record-key.ts';
import { documentCommands, type DocumentCommand } from './document-commands.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const collection = (name: string) => app.connection.collection<{ _id: string }>(name);
const bodyIn = (doc: Y.Doc) => doc.getText('notes');

/** An entry of twelve records by two people, its document, and what the commands say of it. */
async function anEntry() {
  const engineer = await app.as('engineer@acme.test');
  const { id: projectId } = await laboratory(app).aProject();
  const entry = await call(engineer, notebookEndpoints.create, { projectId, title: 'Etch 14', markdown: 'first line' });
  const row = await app.connection.collection<{ _id: string; orgId: string }>('entries').findOne({ _id: entry.id });
  const document: CollabDocument = { orgId: String(row?.orgId), kind: 'entry', id: entry.id };
  const log = mongoDocumentLog(app.connection);
  const author = (await log.load(document)).tail[0]?.parts[0]?.personId ?? '';
  const known = (await log.load(document)).tail.flatMap(({ parts }) => parts.map(({ update }) => update));
  const writers = ['ada', 'ben'].map((personId) => ({ personId, doc: new Y.Doc() }));
  for (const { doc } of writers) for (const update of known) Y.applyUpdate(doc, update);
  const seed = await log.lastSeq(document);
  for (let at = 0; at < 12; at++) {
    const [{ personId, doc }, other] = at % 2 ? [writers[1]!, writers[0]!] : [writers[0]!, writers[1]!];
    const vector = Y.encodeStateVector(doc);
    bodyIn(doc).insert(bodyIn(doc).length, String(at % 10));
    const update = Y.encodeStateAsUpdate(doc, vector);
    Y.applyUpdate(other.doc, update);
    const record = { seq: seed + at + 1, at: new Date(), parts: [{ personId, sessionId: 'tab', update }] };
    await log.append([{ document, record }]);
  }
  const { doc } = writers[0]!;
  const commands = documentCommands(app.connection, { by: 'root', clock: () => new Date(), fenceMs: 0 });
  const run = async (command: DocumentCommand) => {
    const { lines, ok } = await commands.run(command, document);
    return { said: await drain(Readable.from(lines)), ok };
  };
  const owners = new Map(writers.map((writer) => [writer.doc.clientID, writer.personId]));
  for (const client of Y.parseUpdateMeta(Y.mergeUpdates(known)).to.keys()) owners.set(client, author);
  const snapshotAt = async (seq: number, state: Uint8Array) => log.snapshot(document, { seq, state, owners });
  const key = (seq: number) => keyOf(document, seed + seq);
  const opened = async () => {
    const { snapshot, tail } = await log.load(document);
    const content = new Y.Doc();
    if (snapshot) Y.applyUpdate(content, snapshot.state);
    for (const { parts } of tail) for (const { update } of parts) Y.applyUpdate(content, update);
    return bodyIn(content).toJSON();
  };
  return { commands, entry, document, doc, log, seed, last: seed + 12, run, key, snapshotAt, opened };
}

test('what agrees is in order, before and after it is brought into its dense form', async () => {
  const { run, doc, last, snapshotAt, opened } = await anEntry();
  await snapshotAt(last, Y.encodeStateAsUpdate(doc));
  expect(await run('verify')).toMatchObject({ ok: true, said: expect.stringContaining(`${last} records in order`) });
  expect(await run('compact')).toMatchObject({ ok: true });
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await opened()).toBe('012345678901');
});

test.each([
  ['bytes that were changed', 'updates', Buffer.from([0, 3, 1, 2, 255])],
  ['bytes that were cut', 'updates', Buffer.from([0, 40, 1])],
  ['an author that is not listed', 'authors', []],
])('a record with %s is named, set aside and kept; the rest opens', async (_what, field, value) => {
  const { run, key, seed, opened } = await anEntry();
  const before = await collection('document_records').findOne({ _id: key(12) });
  await collection('document_records').updateOne({ _id: key(12) }, { $set: { [field]: value } });
  const damaged = await collection('document_records').findOne({ _id: key(12) });
  const { said, ok } = await run('verify');
  expect([ok, said]).toEqual([false, expect.stringContaining(`record ${seed + 12}`)]);
  await expect(run('rebuild')).rejects.toThrow(/Repair the document first/);

  expect((await run('repair')).said).toContain(`set aside: record ${seed + 12}`);
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await opened()).toBe('01234567890');
  const kept = await collection('document_quarantine').findOne({ 'original._id': key(12) } as never);
  expect(kept).toMatchObject({ original: damaged, by: 'root' });
  expect(damaged).not.toEqual(before);
});

test('what builds on a record that is gone is named and set aside, until the record comes back', async () => {
  const { run, key, seed, opened, log, document } = await anEntry();
  await collection('document_records').deleteOne({ _id: key(10) });
  const { said } = await run('verify');
  expect(said).toContain(`record ${seed + 10}: missing`);
  expect(said).toContain(`record ${seed + 11}, update 1: builds on something`);
  await run('repair');
  expect(await opened()).toBe('012345678');
  expect(await log.lastSeq(document)).toBe(seed + 12);
  expect(await collection('document_quarantine').countDocuments({ 'original._id': key(11) })).toBe(1);
});

test('records that changed places are named', async () => {
  const { run, key, seed } = await anEntry();
  const rows = await Promise.all([4, 5].map((seq) => collection('document_records').findOne({ _id: key(seq) })));
  for (const [at, row] of rows.entries()) {
    const { _id, ...rest } = row as { _id: string };
    await collection('document_records').updateOne({ _id: key(at === 0 ? 5 : 4) }, { $set: rest });
  }
  const { said } = await run('verify');
  for (const seq of [4, 5]) expect(said).toContain(`record ${seed + seq}: The record ${key(seq)} is damaged`);
});

test('a record that is there twice is named', async () => {
  const { run, key, last } = await anEntry();
  const { _id, ...again } = (await collection('document_records').findOne({ _id: key(12) }))!;
  await collection('document_records').insertOne({ _id: key(13), ...again });
  expect((await run('verify')).said).toContain(`record ${last + 1}: The record ${key(13)} is damaged`);
});

test('what is missing at the end comes back from the stored state', async () => {
  const { run, key, seed, last, doc, snapshotAt, opened, log, document } = await anEntry();
  await snapshotAt(last, Y.encodeStateAsUpdate(doc));
  await collection('document_records').deleteMany({ _id: { $gte: key(9) }, orgId: document.orgId });
  expect((await run('verify')).said).toContain(`records ${seed + 9} to ${last}: missing at the end of the log`);
  await run('repair');
  expect(await run('verify')).toMatchObject({ ok: true });
  expect([await opened(), await log.lastSeq(document)]).toEqual(['012345678901', last]);
});

test('an update that was written under the client id of somebody else is named, and stays', async () => {
  const { run, doc, last, log, document, opened } = await anEntry();
  const vector = Y.encodeStateVector(doc);
  bodyIn(doc).insert(0, 'forged ');
  const part = { personId: 'eve', sessionId: 'tab', update: Y.encodeStateAsUpdate(doc, vector) };
  await log.append([{ document, record: { seq: last + 1, at: new Date(), parts: [part] } }]);
  expect((await run('verify')).said).toContain(`record ${last + 1}, update 1: would be refused as foreign`);
  expect((await run('repair')).said).toContain('nothing to set aside');
  expect(await opened()).toBe('forged 012345678901');
});

test('a segment that cannot be read is replaced by the stored state: no text is lost', async () => {
  const { run, key, doc, last, snapshotAt, opened, document } = await anEntry();
  await snapshotAt(last, Y.encodeStateAsUpdate(doc));
  await run('compact');
  await collection('document_segments').updateOne({ _id: key(12) }, { $set: { bytes: Buffer.from('lost') } });
  expect(await run('verify')).toMatchObject({ ok: false, said: expect.stringContaining('is damaged') });
  await run('repair');
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await opened()).toBe('012345678901');
  const kept = await collection('document_quarantine').findOne({
    'original.orgId': document.orgId,
    collection: 'document_segments',
  } as never);
  expect(kept).toMatchObject({ original: { bytes: expect.anything() } });
});

test('a damaged record comes back whole from its segment', async () => {
  const { run, key, document, log, last } = await anEntry();
  const before = await log.records(document, { after: 0, limit: 100 });
  await mongoDocumentLog(app.connection, { fenceMs: 600_000 }).compact(document, last);
  await collection('document_records').updateOne({ _id: key(5) }, { $set: { authors: ['eve tab'] } });
  await run('repair');
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await log.records(document, { after: 0, limit: 100 })).toEqual(before);
});

test('a record that says something else than its segment is named and goes aside', async () => {
  const { run, key, seed, document, log, last } = await anEntry();
  const before = await log.records(document, { after: 0, limit: 100 });
  await run('compact');
  const stray = { seq: seed + 5, at: new Date(), parts: [] };
  expect(await log.append([{ document, record: stray }])).toEqual(['written']);
  expect((await run('verify')).said).toContain(`record ${seed + 5}: says something else than its dense form`);
  await run('repair');
  expect(await run('verify')).toMatchObject({ ok: true });
  const after: unknown[] = [];
  for (let known = 0; known < last; known = (after.at(-1) as { seq: number }).seq) {
    after.push(...(await log.records(document, { after: known, limit: 100 })));
  }
  expect(after).toEqual(before);
  expect(await collection('document_quarantine').countDocuments({ 'original._id': key(5) })).toBe(1);
});

test('an update in a segment that cannot be built upon leaves alone what else the segment says', async () => {
  const { run, doc, last, log, document, opened } = await anEntry();
  const part = { personId: 'ada', sessionId: 'tab' };
  bodyIn(doc).insert(0, 'lost ');
  const vector = Y.encodeStateVector(doc);
  bodyIn(doc).insert(0, 'later ');
  const later = Y.encodeStateAsUpdate(doc, vector);
  const empty = Y.encodeStateAsUpdate(new Y.Doc());
  for (const [at, update] of [later, empty].entries()) {
    const record = { seq: last + 1 + at, at: new Date(), parts: [{ ...part, update }] };
    await log.append([{ document, record }]);
  }
  await run('compact');
  await run('repair');
  expect(await opened()).toBe('012345678901');
  expect(await log.lastSeq(document)).toBe(last + 2);
  expect((await run('verify')).said).toContain(`${last + 2} records in order`);
});

test('a stored state of which a byte turned is named, and repaired', async () => {
  const { run, doc, last, snapshotAt, document } = await anEntry();
  const state = Y.encodeStateAsUpdate(doc);
  await snapshotAt(last, state);
  const turned = Buffer.from(state);
  turned[turned.length - 3]! ^= 1;
  const where = { orgId: document.orgId, document: `entry/${document.id}` };
  await collection('document_snapshots').updateOne(where, { $set: { state: turned } });
  expect(await run('verify')).toMatchObject({
    ok: false,
    said: expect.stringContaining('the stored state: it is damaged'),
  });
  await run('repair');
  expect(await run('verify')).toMatchObject({ ok: true });
});

test.each<[string, (doc: Y.Doc) => Uint8Array, string]>([
  ['of less than the records', () => Y.encodeStateAsUpdate(new Y.Doc()), 'of another time than its number says'],
  [
    'that says something else',
    (doc) => {
      const state = Buffer.from(Y.encodeStateAsUpdate(doc));
      state[state.indexOf('first line')] = 'F'.charCodeAt(0);
      return state;
    },
    'says something else than its records',
  ],
  ['that cannot be read', () => Uint8Array.of(1, 2, 3), 'the stored state'],
])('a stored state %s is named, and rebuilt from the log alone', async (_what, state, why) => {
  const { run, doc, last, snapshotAt, opened } = await anEntry();
  await snapshotAt(last, state(doc));
  expect(await run('verify')).toMatchObject({ ok: false, said: expect.stringContaining(why) });
  await run('rebuild');
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await opened()).toBe('012345678901');
});

test('a stored state that gives client ids to somebody else is named', async () => {
  const { run, doc, last, log, document } = await anEntry();
  const owners = new Map([[doc.clientID, 'eve']]);
  await log.snapshot(document, { seq: last, state: Y.encodeStateAsUpdate(doc), owners });
  expect((await run('verify')).said).toContain('the stored state: it says of client ids');
});

test('a list that says something else than the document is named field by field, and rebuilt', async () => {
  const { run, entry } = await anEntry();
  await collection('entries').updateOne({ _id: entry.id }, { $set: { title: 'Forged', excerpt: 'forged' } });
  expect((await run('verify')).said).toContain('the list says something else: title, excerpt');
  await run('rebuild');
  expect(await run('verify')).toMatchObject({ ok: true });
  const engineer = await app.as('engineer@acme.test');
  expect(await call(engineer, notebookEndpoints.get, { id: entry.id })).toMatchObject({ title: 'Etch 14' });
});

test('an export holds every update with who wrote it, and what the document says', async () => {
  const { run, document, last } = await anEntry();
  const lines = (await run('export')).said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);
  expect(lines[0]).toEqual({ format: 'cobench-document/1', ...document });
  expect(lines).toHaveLength(last + 2);
  expect(lines.at(-2)).toMatchObject({ seq: last, parts: [{ personId: 'ben', sessionId: 'tab' }] });
  const doc = new Y.Doc();
  for (const { parts } of lines.slice(1, -1) as unknown as { parts: { update: string }[] }[]) {
    for (const { update } of parts) Y.applyUpdate(doc, Buffer.from(update, 'base64'));
  }
  expect(bodyIn(doc).toJSON()).toBe('012345678901');
  expect(lines.at(-1)).toMatchObject({ markdown: 'first line' });
});

test('an export can be taken in where the document is not: the next export of it is the same, byte for byte', async () => {
  const { run, document, commands } = await anEntry();
  const { said } = await run('export');
  const lines = () => Readable.from(said.trim().split('\n'));
  await expect(drain(commands.take(lines))).rejects.toThrow(/has been written to/);
  const wanted = { orgId: document.orgId, _id: { $regex: document.id } };
  for (const name of ['document_records', 'document_segments']) await collection(name).deleteMany(wanted);
  const cut = () => Readable.from(said.trim().split('\n').slice(0, -1));
  await expect(drain(commands.take(cut))).rejects.toThrow(/ends in the middle/);
  const gap = () => Readable.from(said.trim().split('\n').toSpliced(5, 1));
  await expect(drain(commands.take(gap))).rejects.toThrow(/Line 6 is not what follows/);
  await drain(commands.take(lines));
  expect(await run('export')).toEqual({ said, ok: true });
  await run('compact');
  expect(await run('export')).toEqual({ said, ok: true });
  expect(await run('verify')).toMatchObject({ ok: true });
});

async function drain(lines: AsyncIterable<string>): Promise<string> {
  let said = '';
  for await (const line of lines) said += line;
  return said;
}

test('the demo is in order, every document of it', async () => {
  const demo = await startTestApp({ demo: true });
  onTestFinished(() => demo.close());
  const commands = documentCommands(demo.connection, { by: 'root', clock: () => new Date(), fenceMs: 0 });
  const found: string[] = [];
  for await (const document of commands.documents(undefined)) {
    const { lines, ok } = await commands.run('verify', document);
    if (!ok) found.push(...(lines as string[]));
  }
  expect(found).toEqual([]);
});
