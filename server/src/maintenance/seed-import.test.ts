import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call } from '../../test/call.ts';
import { contentOf } from '../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { laboratory } from '../../test/laboratory.ts';
import { rows } from '../../test/sealed-store.ts';
import { testTrail } from '../../test/trail.ts';
import { createImportServices } from '../import-services.ts';
import { systemClock } from '../platform/clock.ts';
import { openKeyRing } from '../platform/keys/key-ring.ts';
import { createLog } from '../platform/log.ts';
import type { ObjectStore } from '../platform/storage/object-store.ts';
import { openStore } from '../platform/storage/open-store.ts';
import type { Given } from './given.ts';
import { seedImport } from './seed-import.ts';

const technician = 'technician@acme.test';
const [key, aad] = [randomBytes(32), 'ann'];
let app: TestApp;
let objects: ObjectStore;
let directory: string;
let projectId: string;
beforeAll(async () => {
  app = await startTestApp();
  objects = await openStore(app.config.storage);
  directory = await mkdtemp(join(tmpdir(), 'cobench-import-'));
  await Promise.all(['admin', 'viewer', 'technician'].map((who) => app.as(`${who}@acme.test`)));
});
afterAll(async () => {
  await objects.close();
  await app.close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  projectId = (await laboratory(app).aProject()).id;
});

function seeded(plain: Uint8Array, under = key): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', under, nonce).setAAD(Buffer.from(aad));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
async function written(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(directory, name), bytes);
  return join(directory, name);
}

type Asked = { as?: string; project?: string; more?: Given; scanned?: boolean };
/** What is said of each file, as `cobench file import-seed` says it. */
async function imported(paths: string[], { as = technician, project = projectId, more = {}, scanned }: Asked = {}) {
  const { connection, config } = app;
  const trail = testTrail(connection);
  const masterKeys = await openKeyRing(config);
  const parts = { connection, trail, clock: systemClock, log: createLog('silent'), masterKeys, objects };
  const clamdUrl = scanned ? 'tcp://127.0.0.1:9' : undefined;
  const services = createImportServices(parts, { ...config, clamdUrl });
  const lines = seedImport({ ...services, trail, by: 'root' }).import(
    paths,
    { as, project },
    { key: { key, aad }, more },
  );
  const said: { line: string; ok: boolean }[] = [];
  try {
    for await (const one of lines) said.push(one);
  } finally {
    await trail.settled();
  }
  return said;
}
const filesOf = async (id = projectId) =>
  (await call(await app.as(technician), fileEndpoints.list, { projectId: id })).items;
async function left() {
  const keys: string[] = [];
  for await (const { key: one } of objects.list(`sandbox/${projectId}/`)) keys.push(one);
  const usage = await call(await app.as(technician), fileEndpoints.usage, {});
  return { keys, uploads: await rows(app.connection, 'fileUploads').countDocuments({ projectId }), usage };
}

test('what files of the simple format hold is in the catalogue, as if the person had uploaded it', async () => {
  const table = Buffer.from('time,pressure\n0,1.2\n');
  const large = randomBytes(20_000_000);
  const paths = [await written('run-7.csv.enc', seeded(table)), await written('scan.raw', seeded(large))];
  const said = await imported([...paths, await written('empty.txt.enc', seeded(Buffer.alloc(0)))], {
    more: { folder: 'old/2024', tags: 'raw,moved' },
  });
  expect(said.map(({ ok }) => ok)).toEqual([true, true, true]);
  const files = await filesOf();
  const csv = files.find(({ name }) => name === 'run-7.csv');
  expect(csv).toMatchObject({
    folder: 'old/2024',
    tags: ['raw', 'moved'],
    latest: { size: table.length, mediaType: 'text/csv', kind: 'table', scan: 'unscanned' },
  });
  const { id: personId, name } = await call(await app.as(technician), identityEndpoints.me, {});
  expect(csv?.latest.uploadedBy).toEqual({ id: personId, name });
  const raw = files.find(({ name }) => name === 'scan.raw');
  const sha256 = createHash('sha256').update(large).digest('hex');
  expect(said[1]?.line).toBe(`${paths[1]}: file ${raw?.id}, 20000000 bytes, SHA-256 ${sha256}`);
  expect((await contentOf(await app.as(technician), String(raw?.id))).equals(large)).toBe(true);
  expect(files.find(({ name }) => name === 'empty.txt')?.latest.size).toBe(0);
  expect(await left()).toMatchObject({ keys: { length: 3 }, usage: { person: { reserved: 0 } } });

  const { items } = await call(await app.as('admin@acme.test'), auditEndpoints.list, { record: String(raw?.id) });
  expect(items).toMatchObject([
    { action: 'file.upload', by: { kind: 'person', id: personId, name, through: 'import by root' } },
  ]);
});

test('what a malware scanner has to look at first waits in quarantine', async () => {
  await imported([await written('a.bin', seeded(randomBytes(100)))], { scanned: true });
  expect(await filesOf()).toMatchObject([{ latest: { scan: 'waiting' } }]);
});

test('changed, cut, or under another key a file is refused, leaves nothing, and the others come in', async () => {
  const [small, large] = [seeded(randomBytes(5000)), seeded(randomBytes(20_000_000))];
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed[at] = Number(changed[at]) ^ 1;
    return changed;
  };
  const wrong = {
    'flipped.enc': flipped(small, 100),
    'nonce.enc': flipped(small, 0),
    'tag.enc': flipped(small, small.length - 1),
    'late.enc': flipped(large, large.length - 20),
    'cut.enc': large.subarray(0, -1),
    'longer.enc': Buffer.concat([small, Buffer.alloc(1)]),
    'short.enc': small.subarray(0, 27),
    'nothing.enc': Buffer.alloc(0),
    'other.enc': seeded(randomBytes(10), randomBytes(32)),
  };
  const before = await left();
  const paths = await Promise.all(Object.entries(wrong).map(([name, bytes]) => written(name, bytes)));
  const said = await imported(paths);
  expect(said).toEqual(
    paths.map((path) => ({
      ok: false,
      line: expect.stringMatching(new RegExp(`^${path}: It (was changed|is too short)`)),
    })),
  );
  expect(await filesOf()).toEqual([]);
  expect(await left()).toEqual(before);

  const good = await written('good.bin', seeded(randomBytes(10)));
  const missing = join(directory, 'none.enc');
  const mixed = await imported([missing, directory, paths[0] ?? '', good]);
  expect(mixed.map(({ ok }) => ok)).toEqual([false, false, false, true]);
  expect(mixed[0]?.line).toContain('ENOENT');
  expect(await filesOf()).toMatchObject([{ name: 'good.bin' }]);
});

test('whoever may not upload, does not see the project, or is nobody here brings nothing in', async () => {
  const path = await written('b.bin', seeded(randomBytes(10)));
  await expect(imported([path], { as: 'viewer@acme.test' })).rejects.toMatchObject({ code: 'access.denied' });
  const { items } = await call(await app.as('admin@acme.test'), auditEndpoints.list, { outcome: 'refused' });
  expect(items[0]).toMatchObject({ action: 'file.upload', by: { through: 'import by root' } });

  await app.as('engineer@borealis.test');
  const none = 'There is no project';
  await expect(imported([path], { as: 'engineer@borealis.test' })).rejects.toThrow(none);
  await expect(imported([path], { as: 'nobody@acme.test' })).rejects.toThrow(none);
  await expect(imported([path], { project: '01900000-0000-7000-8000-000000000000' })).rejects.toThrow(none);

  const admin = await app.as('admin@acme.test');
  const { version } = await call(admin, projectEndpoints.get, { id: projectId });
  await call(admin, projectEndpoints.restrict, { id: projectId, restricted: true, people: [], version });
  await expect(imported([path])).rejects.toThrow(none);
  expect((await left()).keys).toEqual([]);
});

test('what there is no room for is refused with the numbers, and what no file may be called with that', async () => {
  const admin = await app.as('admin@acme.test');
  const limits = await call(admin, fileEndpoints.limits, {});
  const lowered = await call(admin, fileEndpoints.editLimits, { ...limits, largestFile: 1000 });
  const paths = [await written('c.bin', seeded(randomBytes(1001))), await written('d.bin', seeded(randomBytes(1000)))];
  const said = await imported([...paths, await written('.enc', seeded(randomBytes(1)))]);
  await call(admin, fileEndpoints.editLimits, { ...limits, revision: lowered.revision });
  expect(said.map(({ ok }) => ok)).toEqual([false, true, false]);
  expect(said[0]?.line).toContain('one file may have');
  expect(said[2]?.line).toContain('name');
  await expect(imported(paths, { more: { folder: '../up' } })).rejects.toThrow('folder is missing or wrong');
});
