import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { expect, onTestFinished, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { begun, offsetOf, patch, problemOf, sha256Of, someBytes, tus, uploaded } from '../../../test/file-house.ts';
import { startTestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { failing } from '../../../test/storage/failing.ts';
import { leftIn, sweepOver } from '../../../test/upload-sweeps.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';

const MiB = 2 ** 20;
const away = new StoreUnavailable('The store is away.');

/** The product on a store of its own, seen by somebody who uploads. What is left is counted before any sweep. */
async function aHouse(over: (store: ObjectStore) => ObjectStore = (store) => store) {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-leftovers-'));
  const within = folderStore(directory);
  const app = await startTestApp({ objects: over(within) });
  onTestFinished(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });
  const places = { connection: app.connection, objects: within };
  const sender = await app.as('technician@acme.test');
  return { sender, projectId: (await laboratory(app).aProject()).id, left: () => leftIn(places), ...places };
}

test.each([
  ['parts', [9, 10, 18, 20]],
  ['one piece', [2, 3, 5]],
])('of what came with breaks, in %s, only the object stays: each tail goes with the next', async (_what, ends) => {
  const { sender, projectId, left } = await aHouse();
  const bytes = someBytes(Number(ends.at(-1)) * MiB);
  const url = await begun(sender, bytes.length, { filename: 'a', projectId, sha256: sha256Of(bytes) });
  for (const end of ends) {
    const at = await offsetOf(sender, url);
    const answer = await patch(sender, url, at, bytes.subarray(at, end * MiB));
    expect(answer.status).toBe(204);
    expect((await left()).objects).toBe(1);
  }
  expect(await left()).toMatchObject({ objects: 1, parts: 0 });
});

test('a cancelled one leaves nothing', async () => {
  const { sender, projectId, left } = await aHouse();
  const url = await begun(sender, 20 * MiB, { filename: 'a', projectId });
  await patch(sender, url, 0, someBytes(9 * MiB));
  expect(await left()).toEqual({ objects: 1, parts: 1, rows: 1 });
  expect((await sender.fetch(url, { method: 'DELETE', headers: tus })).status).toBe(204);
  expect(await left()).toEqual({ objects: 0, parts: 0, rows: 0 });
});

test('what nobody here has seen all of is read back before its SHA-256 is believed; another leaves nothing', async () => {
  const { sender, projectId, left } = await aHouse((store) => failing(store, { call: 'putPart', nth: 2, error: away }));
  const bytes = someBytes(20 * MiB);
  const url = await begun(sender, bytes.length, { filename: 'a', projectId, sha256: sha256Of(Buffer.from('another')) });
  expect((await patch(sender, url, 0, bytes)).status).toBe(503);
  const refused = await patch(sender, url, 8 * MiB, bytes.subarray(8 * MiB));
  expect(await problemOf(refused)).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/sha256' }] });
  expect(await left()).toEqual({ objects: 0, parts: 0, rows: 0 });
});

test('what the catalogue refuses in the end leaves no object', async () => {
  const { sender, projectId, left } = await aHouse();
  const { id } = await uploaded(sender, Buffer.from('one'), { filename: 'a', projectId });
  const url = await begun(sender, 3, { filename: 'a', projectId, fileId: id });
  await call(sender, fileEndpoints.remove, { id });
  expect(await problemOf(await patch(sender, url, 0, Buffer.from('two')))).toMatchObject({ type: 'state.conflict' });
  expect((await left()).objects).toBe(1);
});

test('what was given up and could not be removed is removed by the sweep', async () => {
  const { sender, projectId, left, ...places } = await aHouse((store) =>
    failing(store, { call: 'abandonParts', nth: 1, error: away }),
  );
  const url = await begun(sender, 20 * MiB, { filename: 'a', projectId });
  await patch(sender, url, 0, someBytes(9 * MiB));
  expect((await sender.fetch(url, { method: 'DELETE', headers: tus })).status).toBe(204);
  expect(await left()).toEqual({ objects: 1, parts: 1, rows: 1 });
  await sweepOver(places).uploads();
  expect(await left()).toEqual({ objects: 0, parts: 0, rows: 0 });
});

test('whoever is overtaken while they begin parts takes them back', async () => {
  const house = { overtaken: async (): Promise<unknown> => undefined };
  const { sender, projectId, left, connection } = await aHouse((store) => ({
    ...store,
    startParts: async (key) => {
      const parts = await store.startParts(key);
      await house.overtaken();
      return parts;
    },
  }));
  // As another process does that goes on with it.
  house.overtaken = () => connection.collection('fileUploads').updateMany({}, { $inc: { writer: 1 } });
  const url = await begun(sender, 20 * MiB, { filename: 'a', projectId });
  expect(await problemOf(await patch(sender, url, 0, someBytes(9 * MiB)))).toMatchObject({ type: 'state.conflict' });
  expect(await left()).toEqual({ objects: 0, parts: 0, rows: 1 });
});

test('parts that another writer began and noted none of are left alone: it may be writing there still', async () => {
  const { sender, projectId, left, connection, objects } = await aHouse();
  const url = await begun(sender, 20 * MiB, { filename: 'a', projectId });
  const rows = connection.collection('fileUploads');
  const theirs = await objects.startParts(String((await rows.findOne({}))?.['objectKey']));
  await rows.updateMany({}, { $set: { token: theirs.token } });
  expect((await patch(sender, url, 0, someBytes(9 * MiB))).status).toBe(204);
  expect(await left()).toMatchObject({ parts: 2 });
});
