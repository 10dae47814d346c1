import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { expect, onTestFinished, test } from 'vitest';
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
} from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { failing } from '../../../test/storage/failing.ts';
import { startS3 } from '../../../test/storage/s3.ts';
import { leftIn, sweepOver } from '../../../test/upload-sweeps.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';

const MiB = 2 ** 20;
const aFolder = async (): Promise<ObjectStore> => {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-faults-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return folderStore(directory);
};

async function anApp(options: Parameters<typeof startTestApp>[0]): Promise<TestApp & { projectId: string }> {
  const app = await startTestApp(options);
  onTestFinished(() => app.close());
  return { ...app, projectId: (await laboratory(app).aProject()).id };
}

const full = () => new StoreUnavailable('No space is left.', { cause: Object.assign(new Error(), { code: 'ENOSPC' }) });

test.each([
  ['the first part', { call: 'putPart', nth: 1 }, 0],
  ['the second part', { call: 'putPart', nth: 2 }, 8 * MiB],
  ['the end of all parts', { call: 'completeParts', nth: 1 }, 20 * MiB],
  ['the beginning', { call: 'startParts', nth: 1 }, 0],
] as const)(
  'a store that fails at %s keeps what is durable, says so, and takes the rest later',
  async (_what, fault, durable) => {
    const objects = failing(await aFolder(), { ...fault, error: full });
    const app = await anApp({ objects });
    const [sender, bytes] = [await app.as('technician@acme.test'), someBytes(20 * MiB)];
    const url = await begun(sender, bytes.length, { filename: 'a', projectId: app.projectId, sha256: sha256Of(bytes) });
    const problem = await problemOf(await patch(sender, url, 0, bytes));
    expect(problem).toMatchObject({ type: 'service.unavailable', status: 503 });
    expect((await call(sender, fileEndpoints.list, { projectId: app.projectId })).items).toEqual([]);
    const at = await offsetOf(sender, url);
    expect(at).toBe(durable);
    const last = await patch(sender, url, at, bytes.subarray(at));
    expect(last.status).toBe(204);
    expect((await contentOf(sender, fileIdOf(last))).equals(bytes)).toBe(true);
  },
);

test('a small file that could not be stored is sent again and is there once', async () => {
  const objects = failing(
    await aFolder(),
    { call: 'put', nth: 1, error: full },
    { call: 'put', nth: 2, when: 'after', error: full },
  );
  const app = await anApp({ objects });
  const sender = await app.as('technician@acme.test');
  const url = await begun(sender, 5, { filename: 'a', projectId: app.projectId });
  for (let time = 0; time < 2; time++) {
    expect(await problemOf(await patch(sender, url, 0, Buffer.from('hello')))).toMatchObject({ status: 503 });
  }
  expect((await patch(sender, url, 0, Buffer.from('hello'))).status).toBe(204);
  expect((await call(sender, fileEndpoints.list, { projectId: app.projectId })).items).toHaveLength(1);
});

test('S3 that is stopped in the middle, and back, has the upload whole in the end', async () => {
  const s3 = await startS3();
  onTestFinished(() => s3.close());
  const app = await anApp({ config: { storage: { kind: 's3', ...s3.place } } });
  const [sender, bytes] = [await app.as('technician@acme.test'), someBytes(20 * MiB)];
  const url = await begun(sender, bytes.length, { filename: 'a', projectId: app.projectId, sha256: sha256Of(bytes) });
  expect((await patch(sender, url, 0, bytes.subarray(0, 10 * MiB))).status).toBe(204);
  await s3.stop();
  expect(await problemOf(await patch(sender, url, 10 * MiB, bytes.subarray(10 * MiB)))).toMatchObject({ status: 503 });
  await s3.start();
  const at = await offsetOf(sender, url);
  expect(at).toBe(10 * MiB);
  const last = await patch(sender, url, at, bytes.subarray(at));
  expect((await contentOf(sender, fileIdOf(last))).equals(bytes)).toBe(true);
}, 60_000);

test('the sweep takes what is over and what nobody owns, and leaves what is under way or young', async () => {
  const objects = await aFolder();
  const app = await anApp({ objects });
  const sender = await app.as('technician@acme.test');
  const { projectId, connection } = app;
  const bytes = someBytes(9 * MiB);
  const done = await patch(sender, await begun(sender, 5, { filename: 'done', projectId }), 0, Buffer.from('hello'));
  const underWay = await begun(sender, 20 * MiB, { filename: 'under way', projectId });
  await patch(sender, underWay, 0, bytes);
  await objects.put('sandbox/x/y/orphan.enc', Buffer.from('x'));
  await objects.startParts('sandbox/x/y/parts.enc');
  const places = { connection, objects };
  const sweepAt = async (later: number): Promise<void> => {
    const sweep = sweepOver(places, later);
    await Promise.all([sweep.uploads(), sweep.uploads(), sweep.store()]);
  };
  await sweepAt(0);
  // The file, the tail of what is under way, and the orphan that may still be wanted.
  expect(await leftIn(places)).toEqual({ objects: 3, parts: 2, rows: 2 });
  await sweepAt(2 * 3_600_000);
  expect(await leftIn(places)).toEqual({ objects: 2, parts: 1, rows: 2 });
  const at = await offsetOf(sender, underWay);
  expect(at).toBe(9 * MiB);
  await sweepAt(8 * 86_400_000);
  expect(await leftIn(places)).toEqual({ objects: 1, parts: 0, rows: 0 });
  expect((await call(sender, fileEndpoints.usage, {})).person).toMatchObject({ used: 5, reserved: 0 });
  expect((await contentOf(sender, fileIdOf(done))).toString()).toBe('hello');
});
