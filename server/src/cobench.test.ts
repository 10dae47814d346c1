import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { newId } from './platform/new-id.ts';
import { mongoDocumentLog } from './realtime/collab/log.mongo.ts';

const document = { orgId: newId(), kind: 'run', id: newId() } as const;
const which = `run/${document.id}`;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cobench-cli-'));
  await onStore(async ({ connection }) => {
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'words');
    const parts = [{ personId: newId(), sessionId: null, update: Y.encodeStateAsUpdate(doc) }];
    await mongoDocumentLog(connection).append([{ document, record: { seq: 1, at: new Date(), parts } }]);
  });
});

afterAll(() => rm(dataDir, { recursive: true }));

const environment = () => ({ ...process.env, MONGODB_URL: undefined, DATA_DIR: dataDir, WEB: 'none' });

async function onStore(work: (store: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>): Promise<void> {
  const store = await openDatabase(readConfig(environment()));
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** What the command says, and its exit code. */
function cobench(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const file = join(import.meta.dirname, 'cobench.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env: environment() }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

test(
  'a document is exported, found damaged, repaired and found in order, with exit codes that say so',
  { timeout: 60_000 },
  async () => {
    expect(await cobench('doc', 'verify', which)).toMatchObject({ code: 0, out: expect.stringContaining('1 record') });
    const file = join(dataDir, 'export.jsonl');
    expect(await cobench('doc', 'export', which, '--to', file)).toMatchObject({ code: 0, out: '' });
    expect(await readFile(file, 'utf8')).toMatch(/^\{"format":"cobench-document\/1"/);
    expect(await cobench('doc', 'export', which, '--to', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('EEXIST'),
    });
    expect(await cobench('doc', 'import', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('been written to'),
    });

    await onStore(({ connection }) =>
      connection.collection('document_records').updateOne({}, { $set: { updates: Buffer.of(1) } }),
    );
    const damaged = { code: 1, out: expect.stringContaining('is damaged'), err: '1 document, 1 not in order\n' };
    expect(await cobench('doc', 'verify', '--all')).toMatchObject(damaged);
    expect(await cobench('doc', 'export', which)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is damaged'),
    });
    expect(await cobench('doc', 'repair', which, '--by', 'Ada')).toMatchObject({ code: 0 });
    expect(await cobench('doc', 'verify', '--all')).toMatchObject({ code: 0 });
    await onStore(async ({ connection }) => {
      const aside = await connection.collection('document_quarantine').findOne({ collection: 'document_records' });
      expect(aside).toMatchObject({ by: 'Ada', original: { updates: expect.anything() } });
    });

    await onStore(({ connection }) => connection.collection('document_records').deleteMany({}));
    expect(await cobench('doc', 'import', file)).toMatchObject({ code: 0, out: expect.stringContaining('1 record') });
    expect(await cobench('doc', 'verify', '--all')).toMatchObject({ code: 0 });
  },
);

test('what it cannot do it says', async () => {
  expect(await cobench('doc', 'verify')).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage/) });
  expect(await cobench('doc', 'verify', 'run/none')).toMatchObject({
    code: 2,
    err: 'There is no document run/none.\n',
  });
});
