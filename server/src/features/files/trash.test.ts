import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { daysInTrash } from '@cobench/shared/files/file';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { call } from '../../../test/call.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { testTrail } from '../../../test/trail.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { mongoFiles } from './file.mongo.ts';
import type { FileRepo } from './file.repo.ts';
import { fileTrash } from './trash.ts';

const dayMs = 86_400_000;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

/** The trash of the app at another time; `remove`: what the store does. */
function trashAt(
  at: Date,
  remove: (key: string) => Promise<void> = async () => undefined,
  repo: FileRepo = mongoFiles(app.connection),
) {
  const freed = vi.fn<(orgId: string, versions: readonly { size: number }[]) => Promise<void>>(async () => undefined);
  const warn = vi.fn<(...words: unknown[]) => void>();
  const trash = fileTrash({
    repo,
    objects: { remove },
    usage: { freed },
    trail: testTrail(app.connection),
    events: eventBus(),
    clock: () => at,
    log: { warn } as never,
    tell: async () => {
      throw new Error('Nothing is told of what is gone.');
    },
  });
  return { ...trash, freed, warn };
}
const versionsOf = (id: string) => app.connection.collection('fileVersions').countDocuments({ fileId: id });

test('what has been in the trash for thirty days is gone for good, and nothing else', async () => {
  const lab = laboratory(app);
  const engineer = await app.as('engineer@acme.test');
  const [kept, thrown, ofDeleted] = [await lab.aFile(), await lab.aFile(), await lab.aFile()];
  for (const { id } of [thrown, ofDeleted]) await call(engineer, fileEndpoints.remove, { id });
  await call(await app.as('pi@acme.test'), projectEndpoints.remove, { id: ofDeleted.projectId });

  await trashAt(new Date(Date.now() + (daysInTrash - 1) * dayMs)).emptyTrash();
  expect(await versionsOf(thrown.id)).toBe(1);
  const removed: string[] = [];
  const late = trashAt(new Date(Date.now() + (daysInTrash + 1) * dayMs), async (key) => void removed.push(key));
  await late.emptyTrash();
  expect([await versionsOf(kept.id), await versionsOf(thrown.id), await versionsOf(ofDeleted.id)]).toEqual([1, 0, 0]);
  expect(removed).toHaveLength(2);
  expect(late.freed).toHaveBeenCalledTimes(2);
  const entry = await app.connection.collection('audit').findOne({ action: 'file.purge', 'record.id': thrown.id });
  expect(entry).toMatchObject({ by: { kind: 'system' }, outcome: 'done' });
});

test('a store that does not answer keeps no key alive', async () => {
  const { id } = await laboratory(app).aFile();
  await call(await app.as('engineer@acme.test'), fileEndpoints.remove, { id });
  const trash = trashAt(new Date(Date.now() + 31 * dayMs), () => Promise.reject(new Error('The store is down.')));
  await trash.emptyTrash();
  expect(await versionsOf(id)).toBe(0);
  expect(trash.warn).toHaveBeenCalledOnce();
});

test('what was taken out and thrown away again while the trash is emptied stays for thirty days more', async () => {
  const { id } = await laboratory(app).aFile();
  const engineer = await app.as('engineer@acme.test');
  await call(engineer, fileEndpoints.remove, { id });
  const files = mongoFiles(app.connection);
  const trash = trashAt(new Date(Date.now() + 31 * dayMs), undefined, {
    ...files,
    async inTrashBefore(...asked) {
      const due = await files.inTrashBefore(...asked);
      const later = { $set: { deletedAt: new Date(Date.now() + 31 * dayMs) } };
      await app.connection.collection<{ _id: string }>('files').updateOne({ _id: id }, later);
      return due;
    },
  });
  await trash.emptyTrash();
  expect(await versionsOf(id)).toBe(1);
});

test('a file that cannot be removed keeps no other one', async () => {
  const thrown = [await laboratory(app).aFile(), await laboratory(app).aFile()];
  const engineer = await app.as('engineer@acme.test');
  for (const { id } of thrown) await call(engineer, fileEndpoints.remove, { id });
  const files = mongoFiles(app.connection);
  const trash = trashAt(new Date(Date.now() + 31 * dayMs), undefined, {
    ...files,
    remove: (orgId, id, before) =>
      id === thrown[0]?.id ? Promise.reject(new Error('Not this one.')) : files.remove(orgId, id, before),
  });
  await trash.emptyTrash();
  expect(await Promise.all(thrown.map(({ id }) => versionsOf(id)))).toEqual([1, 0]);
  expect(trash.warn).toHaveBeenCalledOnce();
});

test('the ten thousandth file is as near as the first', async () => {
  const { connection, close } = await openTestDatabase();
  const repo = mongoFiles(connection);
  await connection.model('File').createIndexes();
  const row = (index: number) => ({
    _id: `f${String(index).padStart(6, '0')}`,
    orgId: 'o',
    projectId: `p${index % 10}`,
    name: `wafer ${index}.csv`,
    nameKey: `wafer ${String(index).padStart(14, '0')}.csv`,
    search: `wafer ${index}.csv\nraw\n\n`,
    folder: 'raw',
    tags: [],
    description: '',
    uploadedAt: new Date(0xe8d4a51000 + index),
    size: index,
    versions: 1,
    lastVersion: 1,
    latest: {
      number: 1,
      size: index,
      sha256: 'a'.repeat(64),
      kind: 'table',
      uploadedBy: 'u',
      uploadedAt: new Date(),
    },
    hashes: [],
    belongsTo: [],
    revision: 0,
    createdAt: new Date(),
    updatedAt: new Date(),
    createdBy: 'u',
    deletedAt: null,
    projectHidden: false,
  });
  await connection
    .collection<{ _id: string }>('files')
    .insertMany(Array.from({ length: 10_000 }, (_, index) => row(index)));
  const scope = { orgId: 'o', hidden: new Set(['p3']) };
  for (const sort of ['newest', 'name', 'largest'] as const) {
    let cursor: string | undefined;
    const took: number[] = [];
    let seen = 0;
    do {
      const before = performance.now();
      const page = await repo.list(scope, { sort, limit: 200, ...(cursor !== undefined && { cursor }) });
      took.push(performance.now() - before);
      seen += page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toBe(9000);
    const median = (of: readonly number[]) => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
    // The last pages as fast as the first ones, with room for whatever else this machine does.
    expect(median(took.slice(-9))).toBeLessThan(20 + 5 * median(took.slice(0, 9)));
  }
  await close();
});
