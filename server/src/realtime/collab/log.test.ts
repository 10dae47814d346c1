import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { logContract } from '../../../test/collab/log-contract.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { readConfig } from '../../config.ts';
import { openDatabase, type Database } from '../../database.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { mongoDocumentLog } from './log.mongo.ts';
import type { DocumentLog, LogRecord } from './log.ts';
import { toRow } from './record-row.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let log: DocumentLog;
let directory: string;
let embedded: Database;
let directLog: DocumentLog;

beforeAll(async () => {
  database = await openTestDatabase();
  log = mongoDocumentLog(database.connection);
  await createIndexes(database.connection);
  directory = await mkdtemp(join(tmpdir(), 'cobench-log-'));
  embedded = await openDatabase(readConfig({ DATA_DIR: directory }));
  directLog = mongoDocumentLog(embedded.connection, { direct: (...asked) => embedded.direct!(...asked) });
  await createIndexes(embedded.connection);
});

afterAll(async () => {
  await database.close();
  await embedded.close();
  await rm(directory, { recursive: true, force: true });
});

logContract('MongoDB', async () => log);
logContract('the embedded engine, without a driver', async () => directLog);
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

test.each([
  ['MongoDB', () => log],
  ['the embedded engine', () => directLog],
])(
  '[RT6] what %s refuses for another reason than its number is said as an error, and not as a number that is taken',
  async (_, of) => {
    const document = { ...aDocument, id: 'too-large' };
    const parts = [{ personId: 'ada', sessionId: null, update: new Uint8Array(16 * 1024 * 1024 + 1000) }];
    const small = { seq: 2, at: new Date(), parts: [{ ...parts[0]!, update: Uint8Array.of(1) }] };
    const records = [{ seq: 1, at: new Date(), parts }, small].map((record) => ({ document, record }));
    await expect(of().append(records)).rejects.toThrow(/size|large/i);
  },
);

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
    const find = segments.find.bind(segments);
    const broken = [
      () => vi.spyOn(segments.collection, 'insertOne').mockRejectedValueOnce(cut),
      () =>
        vi
          .spyOn(segments, 'find')
          .mockImplementationOnce(find)
          .mockImplementationOnce(() => fail(cut)),
      () => vi.spyOn(records, 'deleteMany').mockImplementationOnce(() => fail(cut)),
    ][at]!();
    await expect(log.compact(document, 3)).rejects.toThrow(cut);
    broken.mockRestore();
    expect((await log.load(document)).tail).toEqual(kept);
    await log.compact(document, 3);
    expect((await log.load(document)).tail).toEqual(kept);
    // The first and the last, which keep their numbers taken.
    expect(await records.countDocuments({ orgId: 'org-1', _id: { $regex: `cut-${at}` } })).toBe(2);
    expect(await log.append([{ document, record: kept[0]! }])).toEqual(['stale']);
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
  const records = [record(1, hour), record(2, hour), record(3, 0), record(4, 0)];
  await fenced.append(records);
  await fenced.compact(document, 3);
  expect(await fenced.append([record(3, 0)])).toEqual(['stale']);
  expect((await fenced.load(document)).tail).toEqual(records.map((one) => one.record));
  const left = database.connection.collection<{ _id: string }>('document_records');
  expect(await left.countDocuments({ _id: { $regex: 'fenced' } })).toBe(3);
});

test('[RT40] a segment that cannot be read, or is that of another document, fails the load', async () => {
  const [one, other] = ['one', 'other'].map((id) => ({ ...aDocument, id: `swapped-${id}` })) as [Place, Place];
  for (const document of [one, other]) {
    await log.append([1, 2, 3, 4].map((seq) => ({ document, record: aRecord(seq, document.id.length) })));
    await log.compact(document, 3);
  }
  const segments = database.connection.collection<{ _id: string }>('document_segments');
  const rows = await Promise.all([one, other].map(({ id }) => segments.findOne({ _id: { $regex: id } })));
  const { _id: _key, ...foreign } = rows[1]!;
  await segments.updateOne({ _id: rows[0]!._id }, { $set: foreign });
  await expect(log.load(one)).rejects.toThrow(/The segment .* is damaged/);
  await segments.updateOne({ _id: rows[1]!._id }, { $set: { bytes: Buffer.from([1, 2, 3]) } });
  await expect(log.load(other)).rejects.toThrow(/The segment .* is damaged/);
});

test('[RT40] where a segment says something else than the records, no record leaves its place', async () => {
  const document = { ...aDocument, id: 'differs' };
  const records = [1, 2, 3, 4].map((seq) => aRecord(seq, seq));
  await log.append(records.map((record) => ({ document, record })));
  const model = database.connection.model('DocumentRecord');
  const cut = vi.spyOn(model, 'deleteMany').mockImplementationOnce(() => fail(new Error('cut short')));
  await expect(log.compact(document, 3)).rejects.toThrow('cut short');
  cut.mockRestore();
  const stored = database.connection.collection<{ _id: string }>('document_records');
  const { _id, ...strange } = toRow({ document, record: aRecord(2, 99) });
  await stored.replaceOne({ _id }, strange);
  await expect(log.compact(document, 3)).rejects.toThrow(/does not say what the records say/);
  expect(await stored.countDocuments({ _id: { $regex: 'differs' } })).toBe(4);
});

test('[RT40] where a record is missing, nothing behind it moves', async () => {
  const document = { ...aDocument, id: 'holed' };
  await log.append([1, 2, 4, 5, 6].map((seq) => ({ document, record: aRecord(seq, seq) })));
  await expect(log.compact(document, 5)).rejects.toThrow('Record 3 is missing');
  const stored = database.connection.collection<{ _id: string }>('document_records');
  expect(await stored.countDocuments({ _id: { $regex: 'holed' } })).toBe(4);
});

test('[RT40] who reads while records move into segments misses none and reads none twice', async () => {
  const document = { ...aDocument, id: 'moving' };
  const all = Array.from({ length: 3000 }, (_, at) => aRecord(at + 1, at % 200));
  await log.append(all.map((record) => ({ document, record })));
  const moving = (async () => {
    for (let upTo = 300; upTo < all.length; upTo += 300) await log.compact(document, upTo);
  })();
  const state = { isMoving: true };
  void moving.finally(() => (state.isMoving = false));
  const numbers = all.map(({ seq }) => seq);
  do {
    expect((await log.load(document)).tail.map(({ seq }) => seq)).toEqual(numbers);
  } while (state.isMoving);
  await moving;
});

test('[RT1] a record of which one bit turned fails the load, whatever it says', async () => {
  const document = { ...aDocument, id: 'turned' };
  await log.append([{ document, record: aRecord(1, 65) }]);
  const stored = database.connection.collection<{ _id: string; updates: { buffer: Uint8Array } }>('document_records');
  const row = await stored.findOne({ _id: { $regex: 'turned' } });
  const updates = Buffer.from(row!.updates.buffer);
  updates[updates.length - 1]! ^= 1;
  await stored.updateOne({ _id: row!._id }, { $set: { updates: updates as never } });
  await expect(log.load(document)).rejects.toThrow(/The record .* is damaged/);
});

test('[RT24] a snapshot of which one bit turned is as good as none', async () => {
  const document = { ...aDocument, id: 'turned-state' };
  await log.append([{ document, record: aRecord(1, 65) }]);
  await log.snapshot(document, { seq: 1, state: Uint8Array.of(7, 7, 7), owners: new Map([[1, 'ada']]) });
  const stored = database.connection.collection('document_snapshots');
  await stored.updateOne({ document: 'entry/turned-state' }, { $set: { state: Buffer.from([7, 6, 7]) } });
  const { snapshot, tail } = await log.load(document);
  expect([snapshot, tail.length]).toEqual([null, 1]);
});

type Place = typeof aDocument;

function aRecord(seq: number, byte: number): LogRecord {
  const parts = [{ personId: 'ada', sessionId: 'tab', update: Uint8Array.of(byte, seq % 256) }];
  return { seq, at: new Date(1_795_000_000_000 + seq), parts };
}

function fail(cause: Error): never {
  throw cause;
}
