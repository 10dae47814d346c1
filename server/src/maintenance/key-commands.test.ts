import { randomBytes } from 'node:crypto';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { call } from '../../test/call.ts';
import { openTestDatabase } from '../../test/database.ts';
import { begun, contentOf, fileIdOf, offsetOf, patch, someBytes, uploaded } from '../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { laboratory } from '../../test/laboratory.ts';
import { fill, keyEntriesIn, newer, older, opensAll, rows } from '../../test/sealed-store.ts';
import { testTrail } from '../../test/trail.ts';
import { mongoAudit, verified, type Trail } from '../features/audit/index.ts';
import { keyRing } from '../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../platform/keys/keys-in-use.mongo.ts';
import { createIndexes } from '../platform/mongo/connect.ts';
import { keyCommands } from './key-commands.ts';

const lost = '0f1e2d3c4b5a6978'.repeat(4);
const [oldRing, newRing, bothKeys] = [keyRing([older]), keyRing([newer]), keyRing([newer, older])];
const [oldName, newName] = [oldRing.current.name, newRing.current.name];

/** What is sealed of one organisation. */
const ofOne = {
  'uploads under way': 1,
  'versions of files': 1,
  'certificates that are still in the database': 1,
  'files of calibration certificates': 1,
};
const byText = (one: unknown, other: unknown): number => JSON.stringify(one).localeCompare(JSON.stringify(other));

/** What it says, and what it comes to. */
async function all(lines: AsyncGenerator<string, unknown>): Promise<{ said: string; result: unknown }> {
  let said = '';
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return { said, result: value };
    said += value;
  }
}
const commandsOn = (connection: Connection, batch?: number) =>
  keyCommands({ connection, ring: bothKeys, trail: testTrail(connection) }, batch);
const rotated = (connection: Connection) => all(commandsOn(connection).rotate());
const namesInUse = async (connection: Connection) => (await mongoKeysInUse(connection).list()).map(({ name }) => name);

/** As whoever begins the command: what is written within transactions has its collection before. */
async function makeReady(connection: Connection): Promise<void> {
  commandsOn(connection);
  await createIndexes(connection);
}

async function aStore(): Promise<Connection> {
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  await makeReady(database.connection);
  return database.connection;
}

test('everything that was sealed under an older key is under the current one, which is the only one that is needed then', async () => {
  const connection = await aStore();
  await fill(connection, { count: 5 });
  await mongoKeysInUse(connection).note(newName, new Date());
  const { said, result } = await rotated(connection);
  expect(result).toBe(true);
  expect(said).toContain(`versions of files: 5 sealed under ${newName}`);
  expect(said).toContain(`Master key ${oldName} is not needed any more: take it out of MASTER_KEY_PREVIOUS.`);
  expect(await opensAll(connection, newRing)).toBe(30);
  expect(await namesInUse(connection)).toEqual([newName]);
  const writers = await rows(connection, 'fileUploads')
    .find({ writer: 2 } as never)
    .toArray();
  expect(writers).toHaveLength(5);

  const again = await rotated(connection);
  expect(again).toEqual({ said: `Everything is under master key ${newName}.\n`, result: true });
});

test('ended after any step it loses nothing, and run again goes on until all is done', async () => {
  const connection = await aStore();
  await fill(connection, { count: 4 });
  const said: string[] = [];
  while (!said.at(-1)?.startsWith('Master key')) {
    const lines = commandsOn(connection, 1).rotate();
    said.push(String((await lines.next()).value));
    await lines.return(false);
    expect(await opensAll(connection, bothKeys)).toBe(24);
  }
  // What is sealed, the entries of four organisations and of the installation, and what is not needed any more.
  expect(said).toHaveLength(24 + 4 + 1 + 1);
  expect(await opensAll(connection, newRing)).toBe(24);
  const entries = await keyEntriesIn(connection);
  expect(entries.map(({ chain, sealed }) => [chain === 'installation', sealed]).toSorted(byText)).toEqual([
    ...Array.from({ length: 4 }, () => [false, ofOne]),
    [true, { 'authenticator apps': 4, 'signing keys': 4 }],
  ]);
});

test('each organisation whose things were sealed anew has one entry of the system, which says from and to which key', async () => {
  const connection = await aStore();
  await fill(connection, { count: 2 });
  const thirdRing = keyRing([lost]);
  await fill(connection, { count: 1, ring: thirdRing });
  const trail = testTrail(connection);
  const allKeys = keyRing([newer, older, lost]);
  await all(keyCommands({ connection, ring: allKeys, trail }).rotate());
  const entries = await keyEntriesIn(connection);
  expect(entries).toHaveLength(4);
  for (const { by, action, record } of entries) {
    expect(by).toEqual({ kind: 'system', id: '', name: 'Cobench', through: '' });
    expect({ action, record }).toEqual({
      action: 'master-key.rotate',
      record: { kind: 'master-key', id: newName, name: newName },
    });
  }
  const ofOrganisations = entries.filter(({ chain }) => chain !== 'installation');
  expect(ofOrganisations.map(({ from }) => from).toSorted(byText)).toEqual(
    [[oldName], [oldName], [thirdRing.current.name]].toSorted(byText),
  );
  expect(entries.find(({ chain }) => chain === 'installation')).toMatchObject({
    from: [oldName, thirdRing.current.name].toSorted(),
    sealed: { 'authenticator apps': 3, 'signing keys': 3 },
  });
  const { orgId } = (await rows(connection, 'audit').findOne({ 'by.kind': 'system' })) as unknown as { orgId: string };
  expect((await verified(mongoAudit(connection).each(orgId, {}), [])).findings).toEqual([]);

  await all(keyCommands({ connection, ring: allKeys, trail }).rotate());
  expect(await keyEntriesIn(connection)).toHaveLength(4);
});

test('where an entry cannot be written the rest goes on to wait for it, and nothing is told twice', async () => {
  const connection = await aStore();
  await fill(connection, { count: 3 });
  const trail = testTrail(connection);
  let calls = 0;
  const failing: Trail['record'] = async (...given) => {
    if (++calls === 3) throw new Error('The power is gone.');
    return trail.record(...given);
  };
  const commands = keyCommands({ connection, ring: bothKeys, trail: { record: failing } });
  await expect(all(commands.rotate())).rejects.toThrow('The power is gone.');
  expect(await keyEntriesIn(connection)).toHaveLength(2);
  expect(await namesInUse(connection)).toContain(oldName);
  expect((await rotated(connection)).result).toBe(true);
  const chains = (await keyEntriesIn(connection)).map(({ chain }) => chain);
  expect([chains.length, new Set(chains).size]).toEqual([4, 4]);
});

test('two that run at once do the same as one', async () => {
  const connection = await aStore();
  await fill(connection, { count: 6 });
  const results = await Promise.all([rotated(connection), rotated(connection)]);
  expect(results.map(({ result }) => result)).toEqual([true, true]);
  expect(await opensAll(connection, newRing)).toBe(36);
  const counts = (await keyEntriesIn(connection)).flatMap(({ sealed }) => Object.values(sealed));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(36);
});

test('what is broken, or sealed under a key that is gone, stays as it is and is told of; its key stays needed', async () => {
  const connection = await aStore();
  await fill(connection);
  await fill(connection, { count: 1, ring: keyRing([lost]) });
  const versions = rows(connection, 'fileVersions');
  const broken = await versions.findOne({ keyName: oldName } as never);
  await versions.updateOne({ _id: String(broken?._id) }, { $set: { wrappedKey: randomBytes(60) } });
  const { said, result } = await rotated(connection);
  expect(result).toBe(false);
  expect(said).toContain(`${broken?._id}: The wrapped key is not that of this file.`);
  expect(said).toContain('its master key is not in the ring');
  expect(said).toContain(`Master key ${oldName} is still needed.`);
  expect(said).toContain('7 could not be sealed anew.');
  const entries = await keyEntriesIn(connection);
  const { orgId } = broken as unknown as { orgId: string };
  expect(entries.find(({ chain }) => chain === orgId)).toMatchObject({ left: 1 });
  expect(entries.filter(({ left }) => left !== undefined).map(({ left }) => left)).toEqual([1, 2]);
  expect(await namesInUse(connection)).toContain(oldName);
});

test('a key under which a server with the older ring seals meanwhile stays needed until that is sealed anew, too', async () => {
  const connection = await aStore();
  await fill(connection, { count: 2 });
  const lastKind = 'files of calibration certificates: ';
  const lines = commandsOn(connection).rotate();
  let said = '';
  for await (const line of lines) {
    // By then all that is older was looked at.
    if (!said.includes(lastKind) && line.startsWith(lastKind)) await fill(connection, { count: 1 });
    said += line;
  }
  expect(said).toContain(`Something was sealed under master key ${oldName} meanwhile`);
  expect(said).not.toContain('not needed any more');
  expect(await namesInUse(connection)).toContain(oldName);
  expect((await rotated(connection)).result).toBe(true);
  expect(await namesInUse(connection)).not.toContain(oldName);
});

test('an upload that comes in one go keeps its key until it is done', async () => {
  const connection = await aStore();
  await fill(connection, { count: 2 });
  const uploads = rows(connection, 'fileUploads');
  const [form] = await uploads.find().toArray();
  await uploads.updateOne({ _id: String(form?._id) }, { $set: { way: 'form' } });
  const first = await rotated(connection);
  expect(first.result).toBe(false);
  expect(first.said).toContain('run this again');
  expect(await namesInUse(connection)).toContain(oldName);
  await uploads.updateOne({ _id: String(form?._id) }, { $set: { state: 'done' } });
  expect((await rotated(connection)).result).toBe(true);
});

test('keys are listed with what is sealed under them, and one that is lost can be given up, but none that is there', async () => {
  const connection = await aStore();
  await fill(connection, { count: 2 });
  await fill(connection, { count: 1, ring: keyRing([lost]) });
  const lostName = keyRing([lost]).current.name;
  const commands = commandsOn(connection);
  const { said } = await all(commands.list());
  expect(said).toContain(`${newName}  current, not in use: nothing`);
  expect(said).toMatch(
    new RegExp(`^${oldName}  previous, in use since .*: 2 uploads under way, 2 versions of files, 2 auth`, 'm'),
  );
  expect(said).toMatch(new RegExp(`^${lostName}  NOT IN THE RING, in use since .*: 1 uploads`, 'm'));
  await expect(commands.forget(oldName, 'ann')).rejects.toThrow('rotate instead');
  await commands.forget(lostName, 'ann');
  expect(await namesInUse(connection)).toEqual([oldName]);
  const entries = await keyEntriesIn(connection);
  expect(entries.map(({ chain, sealed }) => [chain === 'installation', sealed]).toSorted(byText)).toEqual([
    [false, ofOne],
    [true, { 'authenticator apps': 1, 'signing keys': 1 }],
  ]);
  for (const { by, action, record } of entries) {
    expect({ by, action, record }).toEqual({
      by: { kind: 'operator', id: '', name: 'ann', through: '' },
      action: 'master-key.forget',
      record: { kind: 'master-key', id: lostName, name: lostName },
    });
  }
  await expect(commands.forget(lostName, 'ann')).rejects.toThrow('is not in use');
  await expect(commands.forget('0123456789ab', 'ann')).rejects.toThrow('is not in use');
  expect(await keyEntriesIn(connection)).toHaveLength(2);
});

describe('beside a server that has both keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ config: { masterKey: older, previousMasterKeys: [newer] } });
    await makeReady(app.connection);
  });
  afterAll(() => app.close());

  test('files are read before, during and after; an upload that was interrupted goes on', async () => {
    const sender = await app.as('technician@acme.test');
    const { id: projectId } = await laboratory(app).aProject();
    const bytes = someBytes(300_000);
    const file = await uploaded(sender, bytes, { filename: 'one.bin', projectId });
    const url = await begun(sender, bytes.length, { filename: 'two.bin', projectId });
    await patch(sender, url, 0, bytes.subarray(0, 200_000));

    for await (const _line of commandsOn(app.connection, 1).rotate()) {
      expect((await contentOf(sender, file.id)).equals(bytes)).toBe(true);
    }
    const at = await offsetOf(sender, url);
    const done = await patch(sender, url, at, bytes.subarray(at));
    expect((await contentOf(sender, fileIdOf(done))).equals(bytes)).toBe(true);
    expect((await call(sender, fileEndpoints.get, { id: file.id })).latest.number).toBe(1);
    const names = await rows(app.connection, 'fileVersions').distinct('keyName' as never);
    expect(names).toEqual([newName]);
    expect(await opensAll(app.connection, newRing)).toBeGreaterThanOrEqual(2);

    const { items } = await call(await app.as('admin@acme.test'), auditEndpoints.list, { action: 'master-key.rotate' });
    expect(items).toMatchObject([
      { by: { kind: 'system' }, after: { from: [oldName], sealed: { 'versions of files': 1 } } },
    ]);
  });
});
