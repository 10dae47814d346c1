import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { aStoredFile } from '../../test/a-stored-file.ts';
import { openTestDatabase } from '../../test/database.ts';
import { failing } from '../../test/storage/failing.ts';
import { readConfig } from '../config.ts';
import { certificateObjects, mongoCertificateFiles } from '../features/calibrations/index.ts';
import { fileKeys } from '../platform/keys/file-keys.ts';
import { keyRing } from '../platform/keys/key-ring.ts';
import { newId } from '../platform/new-id.ts';
import { sealing } from '../platform/sealing.ts';
import { folderStore } from '../platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../platform/storage/object-store.ts';
import { storeCommands } from './store-commands.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let directory: string;
let objects: ObjectStore;
const ring = keyRing(['0123456789abcdef'.repeat(4)]);
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-scrub-'));
  objects = folderStore(directory);
});
afterEach(async () => {
  await database.connection.collection('fileVersions').deleteMany({});
  await database.connection.collection('files').deleteMany({});
});
afterAll(() => rm(directory, { recursive: true }));

const aFile = (size = 100_000) => aStoredFile({ ...database, objects, keys: fileKeys(ring) }, randomBytes(size));

async function said({ store = objects, after = '', keys = ring } = {}) {
  const commands = storeCommands(
    { connection: database.connection, objects: store, ring: keys, clock: () => new Date() },
    readConfig({}),
  );
  const lines: string[] = [];
  let ok = true;
  for await (const one of commands.scrub(after)) {
    lines.push(one.line);
    ok &&= one.ok;
  }
  return { lines, ok };
}
const lineOf = ({ fileId, objectKey }: Awaited<ReturnType<typeof aFile>>, why: string): string =>
  `${fileId} version 1 (${objectKey}): ${why}`;

test('what comes back as it was uploaded is in order, empty files, too', async () => {
  for (const size of [0, 1, 200_000]) await aFile(size);
  expect(await said()).toEqual({ lines: ['3 versions read back, 0 not in order'], ok: true });
});

test('each version that is damaged, cut off, missing or another is named', async () => {
  const [good, flipped, cut, gone, other] = [await aFile(), await aFile(), await aFile(), await aFile(), await aFile()];
  const bytes = await buffer((await objects.read(flipped.objectKey)).body);
  bytes.writeUInt8(bytes.readUInt8(90_000) ^ 1, 90_000);
  await objects.put(flipped.objectKey, bytes);
  await objects.put(cut.objectKey, bytes.subarray(0, 1000));
  await objects.remove(gone.objectKey);
  const row = { fileId: other.fileId };
  await database.connection.collection('fileVersions').updateOne(row, { $set: { sha256: 'a'.repeat(64) } });
  const files = database.connection.collection<{ _id: string }>('files');
  await files.updateOne({ _id: other.fileId }, { $set: { 'latest.sha256': 'a'.repeat(64) } });
  const { lines, ok } = await said();
  expect(ok).toBe(false);
  expect(lines).toEqual([
    expect.stringContaining(`${flipped.fileId} version 1`),
    lineOf(cut, 'The object has 1000 bytes.'),
    lineOf(gone, 'its object is not there'),
    lineOf(other, 'it holds something else: its SHA-256 is another'),
    '5 versions read back, 4 not in order',
  ]);
  expect(lines.join('\n')).not.toContain(good.fileId);
});

test('a file that lacks a version, or tells of it what is not so, is named: people would ask for it in vain', async () => {
  const [gone, other, fewer] = [await aFile(), await aFile(), await aFile()];
  const { connection } = database;
  await connection.collection('fileVersions').deleteOne({ fileId: gone.fileId });
  const files = connection.collection<{ _id: string }>('files');
  await files.updateOne({ _id: other.fileId }, { $set: { 'latest.sha256': 'a'.repeat(64) } });
  await files.updateOne({ _id: fewer.fileId }, { $set: { versions: 2 } });
  expect(await said()).toEqual({
    lines: [
      `${gone.fileId}: its version 1 is not there`,
      `${other.fileId}: it says otherwise of its version 1 than that does`,
      `${fewer.fileId}: it has 1 of 2 versions`,
      '2 versions read back, 3 not in order',
    ],
    ok: false,
  });
});

test('a version whose master key is not in the ring is named, and the rest is read', async () => {
  await aFile();
  const { lines, ok } = await said({ keys: keyRing(['fedcba9876543210'.repeat(4)]) });
  expect([lines[0], ok]).toEqual([expect.stringContaining(`master key ${ring.current.name} is needed`), false]);
});

test('an old object that nobody refers to is named; a young one may be about to become a file', async () => {
  const [old, young] = ['sandbox/p/u/old.enc', 'sandbox/p/u/young.enc'];
  for (const key of [old, young]) await objects.put(key, Buffer.from('x'));
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  await utimes(join(directory, old), lastWeek, lastWeek);
  const file = await aFile();
  await utimes(join(directory, file.objectKey), lastWeek, lastWeek);
  const { lines, ok } = await said();
  expect(lines).toEqual([`${old}: no file refers to it`, '1 versions read back, 1 not in order']);
  expect(ok).toBe(false);
  for (const key of [old, young, file.objectKey]) await objects.remove(key);
});

test('objects that nobody refers to are named each, however many there are', async () => {
  const keys = Array.from({ length: 201 }, (_, n) => `sandbox/p/u/${String(n).padStart(3, '0')}.enc`);
  await Promise.all(keys.map((key) => objects.put(key, Buffer.from('x'))));
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  await Promise.all(keys.map((key) => utimes(join(directory, key), lastWeek, lastWeek)));
  const { lines } = await said();
  expect(lines.slice(0, -1)).toEqual(keys.map((key) => `${key}: no file refers to it`));
  await Promise.all(keys.map((key) => objects.remove(key)));
});

test('where the store goes away it says where to go on, and goes on there', async () => {
  const files = [await aFile(), await aFile(), await aFile()];
  const ids = files.map(({ version }) => version.stored.id);
  const store = failing(objects, { call: 'read', nth: 2, error: new StoreUnavailable('The store is away.') });
  await expect(said({ store })).rejects.toThrow(`The store is away. Go on with: cobench scrub --after ${ids[0]}`);
  expect(await said({ after: String(ids[0]) })).toEqual({ lines: ['2 versions read back, 0 not in order'], ok: true });
});

test('certificates are read back, too, and their objects belong to somebody', async () => {
  const { connection } = database;
  const store = certificateObjects({ store: objects, keys: fileKeys(ring), sealing: sealing(ring) });
  const bytes = randomBytes(1000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [orgId, ownerId] = [newId(), newId()];
  const [good, damaged] = await Promise.all(
    [newId(), newId()].map((fileId) => store.put({ orgId, fileId, ownerId }, bytes)),
  );
  if (!good || !damaged) throw new Error('There are two.');
  for (const stored of [good, damaged]) await mongoCertificateFiles(connection).insert(orgId, { ...stored, sha256 });
  const yesterday = new Date(Date.now() - 2 * 86_400_000);
  for (const { objectKey } of [good, damaged]) await utimes(join(directory, objectKey), yesterday, yesterday);
  expect(await said()).toEqual({ lines: ['0 versions and 2 certificates read back, 0 not in order'], ok: true });
  await objects.remove(damaged.objectKey);
  expect(await said()).toEqual({
    lines: [
      `certificate ${damaged.fileId} (${damaged.objectKey}): its object is not there`,
      '0 versions and 2 certificates read back, 1 not in order',
    ],
    ok: false,
  });
  await connection.collection('calibrationFiles').deleteMany({});
});
