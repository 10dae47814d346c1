import { Binary } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { newId } from '../../platform/new-id.ts';
import { mongoDocumentLog } from './log.mongo.ts';
import { moveOldRecords } from './old-records.mongo.ts';

test('records of an earlier form are moved, also where that was cut short before', async () => {
  const { connection, close } = await openTestDatabase();
  onTestFinished(() => close());
  const log = mongoDocumentLog(connection);
  await createIndexes(connection);
  const document = { orgId: 'org-1', kind: 'run', id: newId() } as const;
  const at = new Date('2026-11-20T08:00:00Z');
  const parts = [1, 2].map((byte) => ({ personId: 'ada', sessionId: 'tab', update: Uint8Array.of(byte, 0) }));
  const old = connection.collection<{ _id: string }>('document_updates');
  for (const seq of [1, 2]) {
    const stored = parts.map((part) => ({ ...part, update: new Binary(part.update) }));
    await old.insertOne({
      _id: newId(),
      orgId: 'org-1',
      document: `run/${document.id}`,
      seq,
      at,
      parts: stored,
    } as never);
  }
  // The first was moved and not deleted yet when the process ended.
  await log.append([{ document, record: { seq: 1, at, parts } }]);

  await moveOldRecords(connection);
  await moveOldRecords(connection);
  expect((await log.load(document)).tail).toEqual([1, 2].map((seq) => ({ seq, at, parts })));
  expect(await old.countDocuments()).toBe(0);
});
