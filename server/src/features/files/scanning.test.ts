import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { startClamd } from '../../../test/fake-clamd.ts';
import { failing } from '../../../test/storage/failing.ts';
import { aStoredFile } from '../../../test/a-stored-file.ts';
import type { DomainEvent } from '../../domain-events.ts';
import { clamd, ScannerUnavailable, type Scanner } from '../../platform/clamd.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { fileKeys } from '../../platform/keys/file-keys.ts';
import { keyRing } from '../../platform/keys/key-ring.ts';
import { createLog } from '../../platform/log.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { folderStore } from '../../platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';
import { auditTrail, mongoAudit } from '../audit/index.ts';
import { mongoFiles } from './file.mongo.ts';
import { fileScanning, meterScans } from './scanning.ts';
import { mongoScans } from './scan.mongo.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let directory: string;
let objects: ObjectStore;
const keys = fileKeys(keyRing(['0123456789abcdef'.repeat(4)]));
const log = createLog('silent');
let now = new Date('2026-03-01T08:00:00Z');
const clock = (): Date => now;

beforeAll(async () => {
  [database, directory] = await Promise.all([openTestDatabase(), mkdtemp(join(tmpdir(), 'cobench-scan-'))]);
  objects = folderStore(directory);
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});
afterEach(() => database.connection.collection('fileVersions').deleteMany({}));

const virus = Buffer.from('what the scanner finds');
const finds = (bytes: Buffer): string => (bytes.includes(virus) ? 'stream: Test.Found FOUND' : 'stream: OK');

/** One process of an installation, with what it told. */
async function process({ scanner, store = objects }: { scanner: Scanner; store?: ObjectStore }) {
  const { connection } = database;
  const events = eventBus<DomainEvent>();
  const told: string[] = [];
  events.on('file.changed', ({ file }) => void told.push(`${file.id} ${file.latest.scan}`));
  const trail = auditTrail({ repo: mongoAudit(connection), clock, log, onGrown: () => undefined });
  const repo = mongoScans(connection);
  const people = { namesOf: async () => new Map<string, string>() };
  const deps = { repo, objects: store, keys, scanner, people, trail, events, clock, log };
  await createIndexes(connection);
  return { scanning: fileScanning(deps), told, repo };
}
const aFile = (bytes: Buffer) => aStoredFile({ ...database, objects, keys }, bytes, { scan: 'waiting' });
type Stored = Awaited<ReturnType<typeof aFile>>;
async function scanOf({ orgId, fileId }: Stored) {
  const repo = mongoFiles(database.connection);
  const [file, version] = await Promise.all([repo.find(orgId, fileId), repo.version(orgId, fileId, 1)]);
  return [file?.latest.scan, version?.scan];
}

test('what waits is looked through, decrypted, and judged: clean, or kept in quarantine with an entry in the trail', async () => {
  const daemon = await startClamd(finds);
  const { scanning, told, repo } = await process({ scanner: clamd(daemon.url) });
  const [good, bad] = [await aFile(randomBytes(200_000)), await aFile(Buffer.concat([randomBytes(100_000), virus]))];
  expect(await repo.waiting()).toBe(2);
  await scanning.scanWaiting();
  expect(await scanOf(good)).toEqual(['clean', 'clean']);
  expect(await scanOf(bad)).toEqual(['infected', 'infected']);
  expect(told).toEqual([`${good.fileId} clean`, `${bad.fileId} infected`]);
  const entries = await database.connection.collection('audit').find({ action: 'file.quarantine' }).toArray();
  expect(entries).toMatchObject([
    { orgId: bad.orgId, reason: 'The malware scanner found Test.Found in version 1.', record: { id: bad.fileId } },
  ]);
  await scanning.scanWaiting();
  expect(daemon.seen).toHaveLength(2);
  await daemon.close();
});

test('two processes share the work: nothing is looked through twice', async () => {
  const daemon = await startClamd(finds);
  const scanner = clamd(daemon.url);
  const [one, other] = await Promise.all([process({ scanner }), process({ scanner })]);
  const files: Stored[] = [];
  for (let n = 0; n < 12; n++) files.push(await aFile(randomBytes(1000)));
  await Promise.all([one.scanning.scanWaiting(), other.scanning.scanWaiting()]);
  expect(daemon.seen).toHaveLength(12);
  expect((await Promise.all(files.map(scanOf))).flat()).toEqual(Array(24).fill('clean'));
  await daemon.close();
});

test('while the scanner or the store is away everything waits, and is looked through when it is back', async () => {
  const away = clamd('tcp://127.0.0.1:1');
  const file = await aFile(randomBytes(1000));
  const without = await process({ scanner: away });
  await expect(without.scanning.scanWaiting()).rejects.toBeInstanceOf(ScannerUnavailable);
  const daemon = await startClamd(finds);
  const scanner = clamd(daemon.url);
  const store = failing(objects, { call: 'read', error: new StoreUnavailable('away') });
  const withoutStore = await process({ scanner, store });
  await expect(withoutStore.scanning.scanWaiting()).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await scanOf(file)).toEqual(['waiting', 'waiting']);
  const metrics = new Registry();
  meterScans(metrics, without.repo);
  expect(await metrics.metrics()).toMatch(/^cobench_files_waiting_for_scan 1$/m);
  await withoutStore.scanning.scanWaiting();
  expect(await scanOf(file)).toEqual(['clean', 'clean']);
  await daemon.close();
});

test('one that cannot be read stays in quarantine, stands in nobody’s way, and is tried again later', async () => {
  const daemon = await startClamd(finds);
  const { scanning } = await process({ scanner: clamd(daemon.url) });
  const [lost, good] = [await aFile(randomBytes(1000)), await aFile(randomBytes(1000))];
  const { body } = await objects.read(lost.objectKey);
  const bytes = Buffer.concat(await body.toArray());
  await objects.remove(lost.objectKey);
  await scanning.scanWaiting();
  expect([await scanOf(lost), await scanOf(good)]).toEqual([
    ['waiting', 'waiting'],
    ['clean', 'clean'],
  ]);
  await objects.put(lost.objectKey, bytes);
  await scanning.scanWaiting();
  expect(await scanOf(lost)).toEqual(['waiting', 'waiting']);
  now = new Date(now.getTime() + 61 * 60_000);
  await scanning.scanWaiting();
  expect(await scanOf(lost)).toEqual(['clean', 'clean']);
  await daemon.close();
});

test('what a process had when it was killed is free after five minutes', async () => {
  const daemon = await startClamd(finds);
  const { scanning, repo } = await process({ scanner: clamd(daemon.url) });
  const file = await aFile(randomBytes(1000));
  await repo.take(now, new Date(now.getTime() + 5 * 60_000));
  await scanning.scanWaiting();
  expect(await scanOf(file)).toEqual(['waiting', 'waiting']);
  now = new Date(now.getTime() + 6 * 60_000);
  await scanning.scanWaiting();
  expect(await scanOf(file)).toEqual(['clean', 'clean']);
  await daemon.close();
});

test('what is larger than the scanner takes is let out as not scanned', async () => {
  const daemon = await startClamd(finds, { largest: 100_000 });
  const { scanning } = await process({ scanner: clamd(daemon.url) });
  const file = await aFile(randomBytes(3_000_000));
  await scanning.scanWaiting();
  expect(await scanOf(file)).toEqual(['unscanned', 'unscanned']);
  await daemon.close();
});

test('a verdict comes to a file that is gone meanwhile, or judged by another, and changes nothing', async () => {
  const { repo } = await process({ scanner: clamd('tcp://127.0.0.1:1') });
  const file = await aFile(randomBytes(10));
  expect(await repo.judge(file.version, 'infected')).toMatchObject({ version: 1 });
  expect(await repo.judge(file.version, 'clean')).toBeNull();
  expect(await scanOf(file)).toEqual(['infected', 'infected']);
});
