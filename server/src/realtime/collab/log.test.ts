import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { logContract } from '../../../test/collab/log-contract.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { mongoDocumentLog } from './log.mongo.ts';
import type { DocumentLog } from './log.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let log: DocumentLog;

beforeAll(async () => {
  database = await openTestDatabase();
  log = mongoDocumentLog(database.connection);
  await createIndexes(database.connection);
});

afterAll(() => database.close());

logContract('MongoDB', async () => log);
logContract('memory', async () => new MemoryLog());

test('[RT24] a snapshot is a shortcut: deleting all of them loses nothing', async () => {
  const doc = new Y.Doc();
  for (let seq = 1; seq <= 3; seq++) {
    const known = Y.encodeStateVector(doc);
    doc.getText('t').insert(0, String(seq));
    const update = Y.encodeStateAsUpdate(doc, known);
    const parts = [{ personId: 'ada', sessionId: null, update }];
    await log.append([{ document: aDocument, record: { seq, at: new Date(), parts } }]);
  }
  await log.snapshot(aDocument, { seq: 3, state: Y.encodeStateAsUpdate(doc), owners: new Map() });
  await database.connection.collection('document_snapshots').deleteMany({});
  const { snapshot, tail } = await log.load(aDocument);
  const restored = new Y.Doc();
  for (const { parts } of tail) for (const { update } of parts) Y.applyUpdate(restored, update);
  expect([snapshot, restored.getText('t').toJSON()]).toEqual([null, '321']);
});

test('[RT7] a record says who wrote each update, in which session, and when', async () => {
  const document = { ...aDocument, id: 'attributed' };
  const at = new Date('2026-11-21T10:00:00Z');
  const parts = [
    { personId: 'ada', sessionId: 'tab', update: Uint8Array.of(1) },
    { personId: 'ben', sessionId: null, update: Uint8Array.of(2, 3) },
    { personId: 'ada', sessionId: 'tab', update: Uint8Array.of(4) },
  ];
  await log.append([{ document, record: { seq: 1, at, parts } }]);
  expect(await log.records(document, { after: 0, limit: 1 })).toEqual([{ seq: 1, at, parts }]);
  const stored = await database.connection.collection('document_records').findOne({ authors: ['ada tab', 'ben'] });
  expect(stored).toMatchObject({ orgId: 'org-1', at });
});

test('[RT40] compaction that is cut short at any point loses nothing, and the next one ends it', async () => {
  const { connection } = database;
  const steps = ['segment', 'reading back', 'deletion'] as const;
  for (const [at, step] of steps.entries()) {
    const document = { ...aDocument, id: `cut-${at}` };
    const kept = [1, 2, 3, 4].map((seq) => ({
      seq,
      at: new Date(),
      parts: [{ personId: 'ada', sessionId: 'tab', update: Uint8Array.of(seq, at) }],
    }));
    await log.append(kept.map((record) => ({ document, record })));
    const cut = new Error(`cut short before ${step}`);
    const [records, segments] = [connection.model('DocumentRecord'), connection.model('DocumentSegment')];
    const broken = [
      () => vi.spyOn(segments.collection, 'insertOne').mockRejectedValueOnce(cut),
      () => vi.spyOn(segments, 'findOne').mockImplementationOnce(() => fail(cut)),
      () => vi.spyOn(records, 'deleteMany').mockImplementationOnce(() => fail(cut)),
    ][at]!();
    await expect(log.compact(document, 3)).rejects.toThrow(cut);
    broken.mockRestore();
    expect((await log.load(document)).tail).toEqual(kept);
    await log.compact(document, 3);
    expect((await log.load(document)).tail).toEqual(kept);
    expect(await records.countDocuments({ orgId: 'org-1', _id: { $regex: `cut-${at}` } })).toBe(1);
  }
});

test('[RT40] with several processes a record guards its number for a while after it is in a segment', async () => {
  const document = { ...aDocument, id: 'fenced' };
  const fenced = mongoDocumentLog(database.connection, { fenceMs: 600_000 });
  const hour = 3_600_000;
  const record = (seq: number, age: number) => {
    const parts = [{ personId: 'ada', sessionId: 'tab', update: Uint8Array.of(seq) }];
    return { document, record: { seq, at: new Date(Date.now() - age), parts } };
  };
  const records = [record(1, hour), record(2, 0), record(3, 0)];
  await fenced.append(records);
  await fenced.compact(document, 2);
  expect(await fenced.append([record(2, 0)])).toEqual(['stale']);
  expect((await fenced.load(document)).tail).toEqual(records.map((one) => one.record));
  const left = database.connection.collection<{ _id: string }>('document_records');
  expect(await left.countDocuments({ _id: { $regex: 'fenced' } })).toBe(2);
});

test('[RT40] a segment that does not say what the records say takes nothing away', async () => {
  const document = { ...aDocument, id: 'tampered' };
  const record = { seq: 1, at: new Date(), parts: [{ personId: 'ada', sessionId: null, update: Uint8Array.of(1) }] };
  await log.append([1, 2].map((seq) => ({ document, record: { ...record, seq } })));
  await log.compact(document, 1);
  const segments = database.connection.collection<{ _id: string }>('document_segments');
  await segments.updateOne({ _id: { $regex: 'tampered' } }, { $set: { bytes: Buffer.from([1, 2, 3]) } });
  await expect(log.load(document)).rejects.toThrow(/The segment .* is damaged/);
});

function fail(cause: Error): never {
  throw cause;
}
