import { execFile } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { aStoredFile } from '../test/a-stored-file.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { auditCheckpoints, auditTrail, mongoAudit } from './features/audit/index.ts';
import { mongoIdentity } from './features/identity/index.ts';
import { mongoProjects } from './features/projects/index.ts';
import { systemClock } from './platform/clock.ts';
import { fileKeys } from './platform/keys/file-keys.ts';
import { openKeyRing } from './platform/keys/key-ring.ts';
import { mongoKeysInUse } from './platform/keys/keys-in-use.mongo.ts';
import { createLog } from './platform/log.ts';
import { newId } from './platform/new-id.ts';
import { openStore } from './platform/storage/open-store.ts';
import { mongoDocumentLog } from './realtime/collab/log.mongo.ts';

type Collection = ReturnType<Connection['collection']>;
const orgId = newId();
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

const environment = (directory = dataDir) => ({
  ...process.env,
  MONGODB_URL: undefined,
  DATA_DIR: directory,
  WEB: 'none',
});

async function onStore(work: (store: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>): Promise<void> {
  const store = await openDatabase(readConfig(environment()));
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** What the command says, and its exit code. */
const cobench = (...args: string[]) => cobenchOn(dataDir, ...args);

function cobenchOn(directory: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const file = join(import.meta.dirname, 'cobench.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env: environment(directory) }, (error, out, err) => {
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

test(
  'the audit trail is verified and exported; what was changed, cut off or removed whole is found, with exit codes that say so',
  { timeout: 60_000 },
  async () => {
    const directory = join(dataDir, 'audit');
    const log = createLog('silent');
    await onStore(async ({ connection }) => {
      const { hashAt } = mongoAudit(connection);
      const checkpoints = await auditCheckpoints({ directory, hashAt, clock: systemClock, log });
      await mongoIdentity(connection).organisations.ensure({ id: orgId, slug: 'acme', name: 'Acme', at: new Date() });
      const trail = auditTrail({ repo: mongoAudit(connection), clock: systemClock, log, onGrown: checkpoints.grown });
      const by = { orgId, outside: 'operator', name: 'Ada' } as const;
      for (const name of ['one', 'two', 'three']) {
        await trail.record(by, 'instrument.create', { change: async () => ({ id: name, name }) });
      }
      await checkpoints.flush();
    });
    const tamper = (change: (audit: Collection) => Promise<unknown>) =>
      onStore(({ connection }) => change(connection.collection('audit')));

    expect(await cobench('audit', 'verify')).toMatchObject({
      code: 0,
      out: 'acme: 3 entries as they were written, 2 checkpoints\n',
    });
    const exported = await cobench('audit', 'export', 'acme', '--format', 'json');
    expect(exported.out.trim().split('\n')).toHaveLength(3);
    expect(await cobench('audit', 'export', 'acme')).toMatchObject({ out: expect.stringMatching(/^seq,at,by/) });

    await tamper((audit) => audit.updateOne({ seq: 2 }, { $set: { 'record.name': 'else' } }));
    expect(await cobench('audit', 'verify', 'acme')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^acme: entry 2: /),
    });
    await tamper((audit) => audit.updateOne({ seq: 2 }, { $set: { 'record.name': 'two' } }));
    expect(await cobench('audit', 'verify')).toMatchObject({ code: 0 });
    await tamper((audit) => audit.deleteOne({ seq: 3 }));
    expect(await cobench('audit', 'verify')).toMatchObject({ code: 1, out: expect.stringContaining('cut off') });
    await tamper((audit) => audit.deleteMany({}));
    expect(await cobench('audit', 'verify')).toMatchObject({ code: 1, out: expect.stringContaining('entry 0: ') });
  },
);

test('the first administrator of an organisation is invited by a link', { timeout: 60_000 }, async () => {
  const said = await cobench('people', 'invite', 'new-lab', 'Ada@Lab.test', '--by', 'root');
  expect(said).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^http:\/\/localhost:\d+\/sign-in\/invitation#[\w-]{43}\n$/),
  });
  await onStore(async ({ connection }) => {
    const invitation = await connection.collection('invitations').findOne({});
    expect(invitation).toMatchObject({ email: 'ada@lab.test', role: 'admin', invitedBy: 'root' });
    const organisation = await connection.collection('organisations').findOne({ slug: 'new-lab' });
    expect(invitation?.['orgId']).toBe(String(organisation?._id));
  });
  expect(await cobench('audit', 'verify', 'new-lab')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 entries'),
  });
  expect(await cobench('people', 'invite', 'New Lab', 'ada@lab.test')).toMatchObject({ code: 2 });
  expect(await cobench('people', 'invite', 'new-lab', 'nobody')).toMatchObject({ code: 2 });
});

test(
  'the second factors of somebody who lost them are taken away, told in each organisation of theirs',
  {
    timeout: 60_000,
  },
  async () => {
    const [personId, other] = [newId(), newId()];
    const places = [
      { orgId: newId(), personId, email: 'mo@lab.test' },
      { orgId: newId(), personId, email: 'mo@lab.test' },
      { orgId: newId(), personId: other, email: 'twice@lab.test' },
      { orgId: newId(), personId: newId(), email: 'twice@lab.test' },
    ];
    const rest = { name: 'Mo', nameKey: 'mo', role: 'pi', lastSeenAt: null };
    const factor = { recoveryHashes: ['x'], authenticator: { sealed: 'x', since: new Date(), lastStep: 1 } };
    type Row = { _id: string };
    await onStore(async ({ connection }) => {
      const rows = places.map((place) => ({ _id: newId(), ...place, ...rest }));
      await connection.collection<Row>('memberships').insertMany(rows);
      await connection.collection<Row>('secondFactors').insertMany([
        { _id: personId, ...factor },
        { _id: other, ...factor },
      ]);
    });
    const done = await cobench('people', 'reset-second-factor', 'Mo@Lab.test', '--by', 'root');
    expect(done).toEqual({ code: 0, out: expect.stringMatching(/^Mo has no second factor any more/), err: '' });
    await onStore(async ({ connection }) => {
      const left = await connection.collection('secondFactors').find({}).toArray();
      expect(left.map(({ _id }) => String(_id))).toEqual([other]);
      const told = await connection.collection('audit').find({ action: 'second-factor.reset' }).toArray();
      const orgIds = [places[0]?.orgId, places[1]?.orgId].toSorted((a, b) => String(a).localeCompare(String(b)));
      expect(told.map((entry) => String(entry['orgId'])).toSorted((a, b) => a.localeCompare(b))).toEqual(orgIds);
      expect(told[0]).toMatchObject({ by: { kind: 'operator', name: 'root' }, record: { id: personId } });
    });
    const twice = await cobench('people', 'reset-second-factor', 'twice@lab.test');
    expect(twice).toMatchObject({ code: 2, err: '2 people have the address twice@lab.test.\n' });
    const nobody = await cobench('people', 'reset-second-factor', 'nobody@lab.test');
    expect(nobody).toMatchObject({ code: 2, err: 'Nobody here has the address nobody@lab.test.\n' });
  },
);

test(
  'metadata and files are backed up, come back with their key into an empty place, and are read back',
  { timeout: 120_000 },
  async () => {
    const [copy, place] = [join(dataDir, 'copy'), join(dataDir, 'place')];
    await onStore(async ({ connection }) => {
      const ring = await openKeyRing(readConfig(environment()));
      await mongoKeysInUse(connection).note(ring.current.name, new Date());
      const { storage } = readConfig(environment());
      await aStoredFile({ connection, objects: await openStore(storage), keys: fileKeys(ring) }, Buffer.from('1,2\n'));
    });
    const taken = await cobench('backup', copy);
    expect(taken).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ documents and 1 objects; master key/) });
    const keyless = await cobenchOn(place, 'restore', copy);
    expect(keyless).toMatchObject({ code: 2, err: expect.stringMatching(/^The backup needs master key [0-9a-f]{12}/) });
    await copyFile(join(dataDir, 'master-key'), join(place, 'master-key'));
    expect(await cobenchOn(place, 'restore', copy)).toMatchObject({ code: 0, err: '' });
    const read = { code: 0, out: '1 versions read back, 0 not in order\n' };
    expect(await cobenchOn(place, 'scrub')).toMatchObject(read);
    await rm(join(place, 'files', 'sandbox'), { recursive: true });
    expect(await cobenchOn(place, 'scrub')).toMatchObject({ code: 1, out: expect.stringContaining('is not there') });
  },
);

test(
  'a file of the simple format is brought in as an upload of somebody, and a changed one is not',
  { timeout: 60_000 },
  async () => {
    const place = { orgId: newId(), personId: newId(), name: 'Ida', email: 'ida@lab.test' } as const;
    const at = new Date().toISOString();
    const project = { id: newId(), name: 'Old', description: '', restricted: false, version: 0, createdBy: newId() };
    await onStore(async ({ connection }) => {
      const role = { role: 'technician', claimedRole: 'technician', source: 'invitation' } as const;
      await mongoIdentity(connection).memberships.save({ ...place, ...role });
      await mongoProjects(connection).insert(place.orgId, { ...project, createdAt: at, updatedAt: at });
    });
    const [key, nonce] = [randomBytes(32), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update('1,2\n'), cipher.final(), cipher.getAuthTag()]);
    const [keyFile, good, bad] = ['seed-key', 'a.csv.enc', 'b.csv.enc'].map((name) => join(dataDir, name));
    await writeFile(String(keyFile), key.toString('hex'));
    await writeFile(String(good), sealed);
    sealed[13] = Number(sealed[13]) ^ 1;
    await writeFile(String(bad), sealed);

    const to = ['--project', project.id, '--as', 'ida@lab.test', '--key-file', String(keyFile), '--by', 'root'];
    const done = await cobench('file', 'import-seed', String(good), String(bad), ...to);
    expect(done).toMatchObject({
      code: 1,
      out: expect.stringMatching(/a\.csv\.enc: file \S+, 4 bytes, SHA-256 [0-9a-f]{64}\n.*b\.csv\.enc: It was changed/),
    });
    await onStore(async ({ connection }) => {
      const files = await connection.collection('files').find({ projectId: project.id }).toArray();
      expect(files.map(({ name }) => String(name))).toEqual(['a.csv']);
      const told = await connection.collection('audit').find({ action: 'file.upload' }).toArray();
      expect(told).toMatchObject([{ orgId: place.orgId, by: { name: 'Ida', through: 'import by root' } }]);
    });
    expect(await cobench('file', 'import-seed', String(good), ...to.slice(0, 4))).toMatchObject({ code: 2 });
    const usage = { code: 2, err: expect.stringMatching(/^Usage/) };
    expect(await cobench('file', 'import-seed', String(good), ...to.slice(2))).toMatchObject(usage);
  },
);

test('what it cannot do it says', async () => {
  expect(await cobench('doc', 'verify')).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage/) });
  expect(await cobench('doc', 'verify', 'run/none')).toMatchObject({
    code: 2,
    err: 'There is no document run/none.\n',
  });
  expect(await cobench('audit', 'verify', 'nobody')).toMatchObject({
    code: 2,
    err: 'There is no audit trail of nobody.\n',
  });
});
