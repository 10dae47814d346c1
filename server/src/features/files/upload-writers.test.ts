import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { mongoUploads, mongoUsage, uploadSweep, usageService } from './index.ts';
import { createLog } from '../../platform/log.ts';
import { newId } from '../../platform/new-id.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { testTrail } from '../../../test/trail.ts';
import { PartLine } from './part-line.ts';
import { UploadDigests } from './upload-digests.ts';
import { uploadRemoval } from './upload-removal.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let repo: UploadRepo;
beforeAll(async () => {
  database = await openTestDatabase();
  repo = mongoUploads(database.connection);
});
afterAll(() => database.close());

const orgId = newId();
async function anUpload(over: Partial<UploadRecord> = {}): Promise<UploadRecord> {
  const [begun, later] = [new Date(), new Date(Date.now() + 60_000)];
  const whose = { id: newId(), orgId, ownerId: newId(), fileId: newId(), version: 1, projectId: newId() };
  const what = { isNewVersion: false, filename: 'a', folder: '', tags: [], attachTo: null, sha256: null, size: 10 };
  const progress = { token: null, receipts: [], passes: [], tail: null, offset: 0, mediaType: null, expiresAt: later };
  const sealing = {
    keyName: '0123456789abcdef',
    wrappedKey: Buffer.from('wrapped'),
    objectKey: `sandbox/${newId()}.enc`,
  };
  const state = { state: 'open', writer: 0, computed: null, received: null } as const;
  const upload: UploadRecord = {
    ...whose,
    ...what,
    way: 'resumable',
    ...sealing,
    startedAt: begun,
    ...progress,
    ...state,
    ...over,
  };
  await repo.insert(upload);
  return upload;
}

test('only the newest writer of an upload writes, and nobody any more once it is done or given up', async () => {
  const { id } = await anUpload();
  const take = () => repo.take(orgId, id);
  const [older, newer] = [await take(), await take()];
  expect(older && (await repo.save(older, { offset: 5 }))).toBe(false);
  expect(newer && (await repo.save(newer, { offset: 7 }))).toBe(true);
  expect((await repo.find(orgId, id))?.offset).toBe(7);
  for (const state of ['done', 'given-up'] as const) {
    const upload = await anUpload({ state });
    expect(await repo.save(upload, { offset: 5 })).toBe(false);
    expect(await repo.take(orgId, upload.id)).toBeNull();
  }
});

test('an upload that is gone on with in the moment that the sweep comes to it stays', async () => {
  const { id, expiresAt } = await anUpload({ expiresAt: new Date(0) });
  const goneOnWith: UploadRepo = {
    ...repo,
    async take(...which) {
      const taken = await repo.take(...which);
      if (taken) await repo.save(taken, { expiresAt: new Date(Date.now() + 60_000) });
      return repo.take(...which);
    },
  };
  const store = folderStore('/nowhere');
  const usage = usageService({ repo: mongoUsage(database.connection), trail: testTrail(database.connection) });
  const removal = uploadRemoval({ repo, store, usage, digests: new UploadDigests() });
  const keysKept = async () => new Set<string>();
  const [clock, log] = [() => new Date(), createLog('silent')];
  await uploadSweep({ repo: goneOnWith, store, removal, keysKept, clock, log }).uploads();
  expect(expiresAt).toEqual(new Date(0));
  expect(await repo.find(orgId, id)).toMatchObject({ state: 'open' });
});

test('a hash goes on only where nobody else has written since, and where it was', async () => {
  const digests = new UploadDigests();
  const upload = { ...(await anUpload()), receipts: ['a part'], offset: 5 };
  const hash = createHash('sha256').update('hello');
  const kept = (by: number) => digests.keep({ id: upload.id, writer: by }, hash, 5);
  kept(1);
  expect(digests.take({ ...upload, writer: 3 }, [])).toBeNull();
  kept(1);
  expect(digests.take({ ...upload, writer: 2, offset: 6 }, [])).toBeNull();
  kept(1);
  expect(digests.take({ ...upload, writer: 2 }, [])).toBe(hash);
  // It is with that writer now.
  expect(digests.take({ ...upload, writer: 3 }, [])).toBeNull();
});

test('parts are noted in their order, each when it and all before it are stored', async () => {
  const stored = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  const noted: string[] = [];
  const line = new PartLine({
    put: ({ index }) => stored[index === 0 ? 0 : 1].promise,
    record: async ({ index }, receipt) => void noted.push(`${index} ${receipt}`),
  });
  const part = (index: number) => ({ index, offset: index, plainBytes: 1, bytes: Buffer.from('x') });
  const adding = [line.add(part(0)), line.add(part(1))];
  stored[1].resolve('second');
  await stored[1].promise;
  await new Promise(setImmediate);
  expect(noted).toEqual([]);
  stored[0].resolve('first');
  await Promise.all([...adding, line.settled()]);
  expect(noted).toEqual(['0 first', '1 second']);
});
