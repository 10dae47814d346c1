import { afterAll, beforeAll, expect, test } from 'vitest';
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
