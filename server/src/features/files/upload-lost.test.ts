import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Agent } from '../../../test/agent.ts';
import { call } from '../../../test/call.ts';
import {
  begun,
  contentOf,
  fileIdOf,
  offsetOf,
  patch,
  problemOf,
  sha256Of,
  someBytes,
  tus,
} from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { all } from '../../../test/storage/object-store.contract.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';

const MiB = 2 ** 20;
const bytes = someBytes(20 * MiB);
let directory: string;
let objects: ObjectStore;
let app: TestApp;
let sender: Agent;
let projectId: string;
/** What happens before the store puts the parts of an object together. */
let beforeCompletion: () => Promise<void>;
/** What happens before an object is read. */
let beforeReading: (key: string) => Promise<void>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-lost-'));
  const folder = folderStore(directory);
  objects = {
    ...folder,
    async completeParts(upload, receipts) {
      await beforeCompletion();
      await folder.completeParts(upload, receipts);
    },
    async read(key, range) {
      await beforeReading(key);
      return folder.read(key, range);
    },
  };
  app = await startTestApp({ objects });
  projectId = (await laboratory(app).aProject()).id;
  sender = await app.as('technician@acme.test');
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  beforeCompletion = async () => undefined;
  beforeReading = async () => undefined;
});

const anUpload = () => begun(sender, bytes.length, { filename: 'a', projectId, sha256: sha256Of(bytes) });
const loseParts = async (): Promise<void> => {
  for (const parts of await all(objects.openParts(new Date(Date.now() + 1000)))) await objects.abandonParts(parts);
};
const loseTails = async (): Promise<void> => {
  for (const { key } of await all(objects.list('sandbox/'))) if (key.endsWith('.tail')) await objects.remove(key);
};
const state = async (url: string): Promise<number> =>
  (await sender.fetch(url, { method: 'HEAD', headers: tus })).status;

test.each([
  ['the parts of which the bucket has ended', loseParts],
  ['the tail of which did not come back with a backup', loseTails],
])('an upload %s is told as gone, sets nothing aside any more, and is begun anew', async (_what, lose) => {
  const url = await anUpload();
  expect((await patch(sender, url, 0, bytes.subarray(0, 10 * MiB))).status).toBe(204);
  await lose();
  expect(await problemOf(await patch(sender, url, 10 * MiB, bytes.subarray(10 * MiB)))).toMatchObject({
    type: 'resource.missing',
    status: 404,
  });
  expect(await state(url)).toBe(404);
  expect((await call(sender, fileEndpoints.usage, {})).person.reserved).toBe(0);
  const last = await patch(sender, await anUpload(), 0, bytes);
  expect((await contentOf(sender, fileIdOf(last))).equals(bytes)).toBe(true);
});

/** All of it is durable, and a process died before it was put together. */
async function aSealedUpload(): Promise<string> {
  const url = await anUpload();
  beforeCompletion = () => Promise.reject(new StoreUnavailable('Not now.'));
  expect((await patch(sender, url, 0, bytes)).status).toBe(503);
  beforeCompletion = async () => undefined;
  await app.connection.collection('fileUploads').updateMany({ state: 'sealed' }, { $set: { computed: null } });
  return url;
}

test('an upload that lost its parts before they were put together is told as gone', async () => {
  const url = await aSealedUpload();
  await loseParts();
  expect(await state(url)).toBe(404);
  expect(await state(url)).toBe(404);
  expect((await call(sender, fileEndpoints.usage, {})).person.reserved).toBe(0);
});

test('what is read back in the end is read once, however often it is asked meanwhile where the upload stands', async () => {
  const url = await aSealedUpload();
  const begins = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  let reads = 0;
  beforeReading = async () => {
    reads++;
    begins.resolve();
    await mayGoOn.promise;
  };
  const first = offsetOf(sender, url);
  await begins.promise;
  const others = [offsetOf(sender, url), offsetOf(sender, url)];
  // They have arrived when an answer to a later question has come.
  await call(sender, fileEndpoints.usage, {});
  mayGoOn.resolve();
  expect(await Promise.all([first, ...others])).toEqual(Array(3).fill(bytes.length));
  expect(reads).toBe(1);
});
