import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EJSON, Long, UUID, deserialize, type Document } from 'bson';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedMongo } from '../src/index.ts';
import { verifyFile } from '../src/storage/verify.ts';
import { rawCommand } from './raw.ts';
import { errorOf, startRunning, type Running } from './running.ts';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const cli = (...args: string[]): Promise<{ stdout: string }> => promisify(execFile)(process.execPath, [CLI, ...args]);

let running: Running;
beforeEach(async () => {
  running = await startRunning();
});
afterEach(() => running.stop());

it('keeps documents, indexes and what it knows of arrays over a restart', async () => {
  const before = running.db.collection<{ _id: number; tags?: string[]; k?: string }>('things');
  await before.createIndex({ tags: 1, k: 1 });
  await before.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { k: { $exists: true } } });
  await before.insertMany([{ _id: 1, tags: ['a', 'b'], k: 'x' }, { _id: 2 }]);
  const indexes = await before.indexes();
  await running.restart();
  const after = running.db.collection<{ _id: number; tags?: string[]; k?: string }>('things');
  expect(await after.indexes()).toEqual(indexes);
  expect(await after.find({ tags: { $in: ['a', 'b'] } }).toArray()).toHaveLength(1);
  expect((await errorOf(after.insertOne({ _id: 3, k: 'x' }))).code).toBe(11000);
});

it('a write that is sent again, also after a restart, is answered as before and not done twice', async () => {
  const lsid = { id: new UUID() };
  const send = (txnNumber: bigint): Promise<Document> =>
    rawCommand(running.mongo.url, {
      update: 'counters',
      updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
      lsid,
      txnNumber: Long.fromBigInt(txnNumber),
    });
  const first = await send(5n);
  expect(first).toMatchObject({ n: 1, upserted: [{ index: 0, _id: 1 }], ok: 1 });
  expect(await send(5n)).toEqual(first);
  await running.restart();
  expect(await send(5n)).toEqual(first);
  expect(await running.db.collection('counters').findOne()).toMatchObject({ n: 1 });
  expect(await send(4n)).toMatchObject({ code: 225 });
  expect(await send(6n)).toMatchObject({ nModified: 1 });
});

it('backs up, while it runs, into a file that opens as a database', async () => {
  const things = running.db.collection<{ _id: number; t: string }>('things');
  await things.createIndex({ t: 'text' });
  await things.insertMany(Array.from({ length: 500 }, (_, _id) => ({ _id, t: `word${_id} common` })));
  const copy = join(running.folder, 'backup', 'copy.db');
  await cli('backup', '--file', running.file, '--to', copy);
  await things.deleteMany({});
  expect(verifyFile(copy)).toEqual({ collections: 1, documents: 500, keys: 1000, problems: [] });
  const restored = await startEmbeddedMongo({ file: copy, port: 0 });
  const client = new MongoClient(restored.url);
  expect(
    await client
      .db('test')
      .collection('things')
      .countDocuments({ $text: { $search: 'common' } }),
  ).toBe(500);
  await client.close();
  await restored.close();
  await expect(cli('backup', '--file', running.file, '--to', copy)).rejects.toThrow('exists already');
});

it('exports, while it runs, what mongorestore reads', async () => {
  const things = running.db.collection<{ _id: number; t: string }>('some.things');
  await things.createIndex({ t: -1 }, { expireAfterSeconds: 60, name: 'soon' });
  await things.insertMany([
    { _id: 1, t: 'a' },
    { _id: 2, t: 'b' },
  ]);
  const folder = join(running.folder, 'dump');
  expect((await cli('export', '--file', running.file, '--to', folder)).stdout).toContain('2 documents');
  const bytes = readFileSync(join(folder, 'test', 'some.things.bson'));
  const first = bytes.readInt32LE(0);
  expect([deserialize(bytes.subarray(0, first)), deserialize(bytes.subarray(first))]).toEqual([
    { _id: 1, t: 'a' },
    { _id: 2, t: 'b' },
  ]);
  expect(EJSON.parse(readFileSync(join(folder, 'test', 'some.things.metadata.json'), 'utf8'))).toMatchObject({
    collectionName: 'some.things',
    indexes: [{ name: '_id_' }, { name: 'soon', key: { t: -1 }, expireAfterSeconds: 60, v: 2 }],
  });
});

describe('verify', () => {
  it.each([
    ['an index key is missing', 'DELETE FROM i1 WHERE rid = 2', 'is missing from the index t_1'],
    ['an index key is left over', "INSERT INTO i1 VALUES(x'0f41', 1)", 'holds 4 keys instead of 3'],
    ['a document lies under another _id', "UPDATE c1 SET id = x'00' WHERE rid = 1", 'lies under another _id'],
    ['a document is broken', "UPDATE c1 SET doc = x'0500000001' WHERE rid = 1", 'cannot be read'],
    ['a table is left over', 'CREATE TABLE i77(key, rid)', 'i77 belongs to nothing'],
  ])('says when %s', async (_, damage, message) => {
    const things = running.db.collection<{ _id: number; t: string }>('things');
    await things.createIndex({ t: 1 });
    await things.insertMany([1, 2, 3].map((_id) => ({ _id, t: `t${_id}` })));
    const copy = join(running.folder, 'copy.db');
    await cli('backup', '--file', running.file, '--to', copy);
    const db = new DatabaseSync(copy);
    db.exec(damage);
    db.close();
    expect(verifyFile(copy).problems.join()).toContain(message);
    await expect(cli('verify', '--file', copy)).rejects.toThrow('Command failed');
    expect((await cli('verify', '--file', running.file)).stdout).toContain('3 documents, 6 index keys, 0 problems');
  });
});

describe('a file that cannot be used', () => {
  it('is left alone when it is something else', async () => {
    const other = join(running.folder, 'letter.txt');
    writeFileSync(other, 'Dear Ada, '.repeat(1000));
    expect((await errorOf(startEmbeddedMongo({ file: other, port: 0 }))).message).toContain('not a database');
    expect(readFileSync(other, 'utf8')).toBe('Dear Ada, '.repeat(1000));
  });

  it('is refused when it is the database of another program', async () => {
    const other = join(running.folder, 'other.db');
    const db = new DatabaseSync(other);
    db.exec('CREATE TABLE letters(text)');
    db.close();
    expect((await errorOf(startEmbeddedMongo({ file: other, port: 0 }))).message).toContain(
      'not an embedded-mongo file',
    );
  });

  it('is refused when it was cut short', async () => {
    const copy = join(running.folder, 'cut.db');
    await running.db.collection('things').insertMany(Array.from({ length: 2000 }, () => ({ text: 'x'.repeat(100) })));
    await cli('backup', '--file', running.file, '--to', copy);
    truncateSync(copy, 100);
    expect((await errorOf(startEmbeddedMongo({ file: copy, port: 0 }))).message).toContain('cannot be opened');
  });

  it('is reported with its name by every command', async () => {
    for (const command of ['verify', 'backup', 'export'])
      await expect(cli(command, '--file', '/nowhere/data.db', '--to', join(running.folder, 'to'))).rejects.toThrow(
        '/nowhere/data.db',
      );
  });
});

it('on a full disk it refuses what does not fit, says why, and keeps all it acknowledged', async () => {
  const file = join(running.folder, 'full.db');
  // A limit on the size of files stands for the full disk: writes beyond it fail in the same way.
  const child = spawn('/bin/sh', [
    '-c',
    `ulimit -f 4000; exec "$0" "$@"`,
    process.execPath,
    CLI,
    'start',
    '--file',
    file,
    '--port',
    '0',
  ]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const client = new MongoClient(line.toString().trim());
  const things = client.db('test').collection<{ _id: number; text: string }>('things');
  let acknowledged = 0;
  const fill = async (): Promise<never> => {
    for (;;) {
      await things.insertOne({ _id: acknowledged, text: 'x'.repeat(20_000) });
      acknowledged++;
    }
  };
  const error = await errorOf(fill());
  expect(error.message).toMatch(/disk is full|cannot be written/);
  expect(acknowledged).toBeGreaterThan(10);
  expect(await things.countDocuments()).toBe(acknowledged);
  await client.close();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(verifyFile(file)).toMatchObject({ documents: acknowledged, problems: [] });
});

it('keeps its file to its owner', async () => {
  await running.db.collection('things').insertOne({});
  for (const file of [running.file, `${running.file}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('leaves nothing but its file and its lock when it is closed', async () => {
  await running.db.collection('things').insertOne({});
  await running.client.close();
  await running.mongo.close();
  expect(existsSync(`${running.file}-wal`)).toBe(false);
  cpSync(running.file, join(running.folder, 'moved.db'));
  expect(verifyFile(join(running.folder, 'moved.db')).problems).toEqual([]);
});
