import { randomBytes } from 'node:crypto';
import { appendFile, cp, mkdtemp, open, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { call } from '../../../test/call.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { contentOf, uploaded } from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { aPdf, laboratory } from '../../../test/laboratory.ts';
import { startS3 } from '../../../test/storage/s3.ts';
import { keyRing } from '../../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../../platform/keys/keys-in-use.mongo.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import { openStore } from '../../platform/storage/open-store.ts';
import { s3Store } from '../../platform/storage/s3-store.ts';
import { backup } from './backup.ts';
import { writeChecked } from './checked-file.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { restore } from './restore.ts';

const secrets = { masterKey: '0123456789abcdef'.repeat(4), sessionSecret: 'b7Qn1sT0xV4mK9pR2wY6zC8dF3gH5jL0' };
const ring = keyRing([secrets.masterKey]);
const contents = [0, 1, 70_000, 300_000].map((size) => randomBytes(size));
const engineer = 'engineer@acme.test';

let directory: string;
let app: TestApp;
const ids: string[] = [];
let calibrationId: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-backup-'));
  app = await startTestApp({ config: secrets });
  const me = await app.as(engineer);
  const { id: projectId } = await call(me, projectEndpoints.create, { name: 'Etch' });
  await call(me, notebookEndpoints.create, { projectId, title: 'Etch rate of run 7' });
  for (const [n, bytes] of contents.entries()) {
    ids.push((await uploaded(me, bytes, { filename: `curve ${n}.csv`, projectId })).id);
  }
  const lab = laboratory(app);
  calibrationId = (await lab.aCalibration((await lab.anInstrument()).id)).id;
  const withFile = { id: calibrationId, name: 'c.pdf', file: aPdf };
  await call(me, calibrationEndpoints.attach, withFile);
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

type Otherwise = { over?: (store: ObjectStore) => ObjectStore; keysInUse?: () => Promise<string[]> };
const inUse = async () => (await mongoKeysInUse(app.connection).list()).map(({ name }) => name);
const take = async (place: string, { over = (store) => store, keysInUse = inUse }: Otherwise = {}) => {
  const { connection, config } = app;
  const objects = over(await openStore(config.storage));
  return backup({ connection, objects, keysInUse, clock: () => new Date(), snapshots: false }, join(directory, place));
};

/** Every document of every collection, and its indexes, where there are any; sessions come and go with whoever looks. */
async function allOf({ db }: Connection) {
  const names = (await db?.listCollections({}, { nameOnly: true }).toArray())?.map(({ name }) => name) ?? [];
  const all = names
    .filter((name) => !/session/i.test(name))
    .toSorted((a, b) => a.localeCompare(b))
    .map(async (name) => [
      name,
      await db?.collection(name).find({}, { promoteValues: false }).sort({ _id: 1 }).toArray(),
      (await db?.collection(name).listIndexes().toArray())?.map((index) => index['name']).toSorted(),
    ]);
  return (await Promise.all(all)).filter(([, documents, indexes]) => `${documents?.length}${indexes?.length}` !== '01');
}

/** An installation that has nothing. */
async function emptyPlace() {
  const [database, files] = await Promise.all([openTestDatabase(), mkdtemp(join(directory, 'empty-'))]);
  return { ...database, objects: folderStore(files) };
}
const isEmpty = async ({ connection, objects }: { connection: Connection; objects: ObjectStore }) => {
  const documents = (await allOf(connection)).flatMap(([, found]) => found);
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return documents.length === 0 && keys.length === 0;
};

let before: Awaited<ReturnType<typeof allOf>>;
let taken: Awaited<ReturnType<typeof backup>>;
beforeAll(async () => {
  before = await allOf(app.connection);
  taken = await take('running');
});

describe('an installation that was backed up while it ran', () => {
  test('is there with everything that files refer to', () => {
    expect(taken.leftOut).toEqual([]);
    expect(taken.manifest).toMatchObject({ masterKeys: [ring.current.name], objects: { count: contents.length + 1 } });
  });

  test('comes back in an empty one: the same documents and indexes, and people sign in and read their files', async () => {
    const restored = await startTestApp({
      config: secrets,
      async before({ config, connection }) {
        const objects = await openStore(config.storage);
        await restore({ connection, objects, ring }, join(directory, 'running'));
        expect(await allOf(connection)).toEqual(before);
      },
    });
    const me = await restored.as(engineer);
    const [files, here] = await Promise.all(
      [me, await app.as(engineer)].map((agent) => call(agent, fileEndpoints.list, { limit: 50 })),
    );
    expect(files).toEqual(here);
    expect(files?.items).toHaveLength(contents.length);
    for (const [n, id] of ids.entries())
      expect((await contentOf(me, id)).equals(contents[n] ?? Buffer.of())).toBe(true);
    const certificate = await (await me.get(`/api/v1/calibrations/${calibrationId}/file`)).arrayBuffer();
    expect(Buffer.from(certificate).equals(aPdf)).toBe(true);
    const entries = await call(me, notebookEndpoints.list, {});
    expect(entries.items.map(({ title }) => title)).toEqual(['Etch rate of run 7']);
    await restored.close();
  });

  test('comes back in a bucket of S3, too', async () => {
    const s3 = await startS3();
    const place = { ...(await emptyPlace()), objects: s3Store(s3.place) };
    await restore({ ...place, ring }, join(directory, 'running'));
    expect(await allOf(place.connection)).toEqual(before);
    await place.close();
    await place.objects.close();
    await s3.close();
  });

  test('is not brought into one that has something', async () => {
    const place = await emptyPlace();
    await place.connection.collection<{ _id: string }>('people').insertOne({ _id: 'somebody' });
    const trying = () => restore({ ...place, ring }, join(directory, 'running'));
    await expect(trying()).rejects.toThrow('The database is not empty: there are people.');
    await place.connection.collection('people').deleteMany({});
    await place.objects.put('sandbox/other.enc', Buffer.from('x'));
    await expect(trying()).rejects.toThrow('The store of files is not empty: there is sandbox/other.enc.');
    await place.objects.remove('sandbox/other.enc');
    expect(await isEmpty(place)).toBe(true);
    await place.close();
  });

  test('is not brought in without its master key', async () => {
    const place = await emptyPlace();
    const other = keyRing(['fedcba9876543210'.repeat(4)]);
    await expect(restore({ ...place, ring: other }, join(directory, 'running'))).rejects.toThrow(
      `The backup needs master key ${ring.current.name}, which is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS.`,
    );
    expect(await isEmpty(place)).toBe(true);
    const both = keyRing(['fedcba9876543210'.repeat(4), secrets.masterKey]);
    await restore({ ...place, ring: both }, join(directory, 'running'));
    await place.close();
  });
});

describe('a backup', () => {
  test('needs a folder of its own', async () => {
    await expect(take('running')).rejects.toThrow(/is not empty/);
  });

  test('of an object that is gone meanwhile says so, and has the rest', async () => {
    const objects = await openStore(app.config.storage);
    const row = await app.connection.collection('fileVersions').findOne({ size: 70_000 });
    const key = String(row?.['objectKey']);
    const kept = await (await objects.read(key)).body.toArray();
    await objects.remove(key);
    const { manifest, leftOut } = await take('lacking');
    await objects.put(key, Buffer.concat(kept));
    expect(leftOut).toEqual([{ key }]);
    expect(manifest.objects.count).toBe(contents.length);
  });

  test('beside which a master key was given up, or came into use, names it: some of what was copied may need it', async () => {
    const told = [
      ['000000000001', '000000000002'],
      ['000000000002', '000000000003'],
    ];
    const { manifest } = await take('rotated', { keysInUse: async () => told.shift() ?? [] });
    expect(manifest.masterKeys).toEqual(['000000000001', '000000000002', '000000000003']);
  });

  test('ends with an error where the store sends less of an object than it says, and is none then', async () => {
    const shorter = (store: ObjectStore): ObjectStore => ({
      ...store,
      async read(...which) {
        const { size, body } = await store.read(...which);
        return { size: size + 1, body };
      },
    });
    await expect(take('shorter', { over: shorter })).rejects.toThrow(/bytes instead of/);
    const place = await emptyPlace();
    await expect(restore({ ...place, ring }, join(directory, 'shorter'))).rejects.toThrow(/no backup that was ended/);
    await place.close();
  });

  test('is on the disk, file by file, before it is told', async () => {
    const handle = await open(directory);
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync');
    await handle.close();
    onTestFinished(() => sync.mockRestore());
    const path = join(directory, 'checked');
    await writeChecked(path, ['a']);
    expect(sync).toHaveBeenCalledTimes(1);
  });

  /** What was brought into a store and is otherwise than here. */
  const wrongIn = async (objects: ObjectStore): Promise<string[]> => {
    const original = await openStore(app.config.storage);
    const wrong: string[] = [];
    for await (const { key } of objects.list('')) {
      const [brought, was] = [
        await buffer((await objects.read(key)).body),
        await buffer((await original.read(key)).body),
      ];
      if (!brought.equals(was)) wrong.push(key);
    }
    return wrong;
  };
  const changed = async (place: string, change: (manifest: Manifest) => void): Promise<void> => {
    const path = join(place, 'manifest.json');
    const manifest = await readManifest(place);
    change(manifest);
    await writeFile(path, JSON.stringify(manifest));
  };
  const flipped = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(path, bytes);
  };
  const anObject = async (place: string): Promise<string> => {
    const [first] = (await readFile(join(place, 'objects.jsonl'), 'utf8')).split('\n').toSorted().toReversed();
    return join(place, 'objects', JSON.parse(String(first)).key as string);
  };
  test.each<[string, RegExp, (place: string) => Promise<void>]>([
    ['without its manifest', /holds no backup that was ended/, (place) => rm(join(place, 'manifest.json'))],
    ['with a manifest cut off', /manifest .* is damaged/, (place) => truncate(join(place, 'manifest.json'), 100)],
    ['of another kind', /not that of a backup/, (place) => writeFile(join(place, 'manifest.json'), '{"format":"x"}')],
    ['with a collection missing', /files\.bson cannot be read/, (place) => rm(join(place, 'metadata/files.bson'))],
    ['with a byte more', /files\.bson is not what/, (place) => appendFile(join(place, 'metadata/files.bson'), '\0')],
    ['with a collection changed', /files\.bson is not what/, (place) => flipped(join(place, 'metadata/files.bson'))],
    ['with a shorter list', /objects\.jsonl is not what/, (place) => truncate(join(place, 'objects.jsonl'), 10)],
    [
      'that lists fewer objects than it says',
      /lists 5 objects, and its manifest 6/,
      (place) => changed(place, ({ objects }) => void objects.count++),
    ],
    [
      'with fewer documents than it says',
      /documents were restored/,
      (place) => changed(place, ({ collections }) => collections.slice(-1).forEach((one) => void one.documents++)),
    ],
    ['with an object missing', /is not in it/, async (place) => rm(await anObject(place))],
    ['with an object cut off', /is not in it/, async (place) => truncate(await anObject(place), 1)],
    ['with an object changed', /is not what was copied/, async (place) => flipped(await anObject(place))],
  ])('%s is refused, and no metadata comes in', async (name, sentence, damage) => {
    const place = name.replaceAll(' ', '-');
    await cp(join(directory, 'running'), join(directory, place), { recursive: true });
    await damage(join(directory, place));
    const empty = await emptyPlace();
    await expect(restore({ ...empty, ring }, join(directory, place))).rejects.toThrow(sentence);
    expect((await allOf(empty.connection)).flatMap(([, found]) => found)).toEqual([]);
    expect(await wrongIn(empty.objects)).toEqual([]);
    await empty.close();
  });

  test('may be brought in again where it broke off among the objects', async () => {
    const empty = await emptyPlace();
    const full: ObjectStore = {
      ...empty.objects,
      put: async (key, bytes) => {
        let there = 0;
        for await (const _ of empty.objects.list('')) there++;
        if (there >= 2) throw new Error('ENOSPC');
        await empty.objects.put(key, bytes);
      },
    };
    const trying = restore({ ...empty, objects: full, ring }, join(directory, 'running'));
    await expect(trying).rejects.toThrow('ENOSPC');
    await restore({ ...empty, ring }, join(directory, 'running'));
    await empty.close();
  });
});
