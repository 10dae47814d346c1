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
  const doc = new Y.Doc();
  for (const { parts } of (await log.load(document)).tail) for (const { update } of parts) Y.applyUpdate(doc, update);
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const seed = await log.lastSeq(document);
  for (let at = 0; at < 12; at++) {
    bodyIn(doc).insert(bodyIn(doc).length, String(at % 10));
    const part = { personId: at % 2 ? 'ben' : 'ada', sessionId: 'tab', update: updates[at]! };
    await log.append([{ document, record: { seq: seed + at + 1, at: new Date(), parts: [part] } }]);
  }
  const commands = documentCommands(app.connection, { by: 'root', clock: () => new Date() });
  const run = async (command: DocumentCommand) => {
    const { lines, ok } = await commands.run(command, document);
    let said = '';
    for await (const line of lines) said += line;
    return { said, ok };
  };
  const owners = new Map([[doc.clientID, 'ada']]);
  const snapshotAt = async (seq: number, state: Uint8Array) => log.snapshot(document, { seq, state, owners });
  const key = (seq: number) => keyOf(document, seed + seq);
  const opened = async () => {
    const { snapshot, tail } = await log.load(document);
    const content = new Y.Doc();
    if (snapshot) Y.applyUpdate(content, snapshot.state);
    for (const { parts } of tail) for (const { update } of parts) Y.applyUpdate(content, update);
    return bodyIn(content).toJSON();
  };
  return { entry, document, doc, log, seed, last: seed + 12, run, key, snapshotAt, opened };
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
  expect(said).toContain(`record ${seed + 10}: it is missing`);
  expect(said).toContain(`record ${seed + 11}, update 1: it builds on something`);
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
  expect((await run('verify')).said).toContain(`record ${seed + 4}, update 1: it builds on something`);
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

test('a stored state that is not what the records make is named, and rebuilt from the log alone', async () => {
  const { run, last, snapshotAt, opened } = await anEntry();
  await snapshotAt(last, Y.encodeStateAsUpdate(new Y.Doc()));
  expect(await opened()).toBe('');
  expect(await run('verify')).toMatchObject({ ok: false, said: expect.stringContaining('the stored state') });
  await run('rebuild');
  expect(await run('verify')).toMatchObject({ ok: true });
  expect(await opened()).toBe('012345678901');
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

test('the demo is in order, every document of it', async () => {
  const demo = await startTestApp({ demo: true });
  onTestFinished(() => demo.close());
  const commands = documentCommands(demo.connection, { by: 'root', clock: () => new Date() });
  const found: string[] = [];
  for await (const document of commands.documents(undefined)) {
    const { lines, ok } = await commands.run('verify', document);
    if (!ok) found.push(...(lines as string[]));
  }
  expect(found).toEqual([]);
});
