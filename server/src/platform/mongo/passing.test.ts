import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { Schema, type Connection } from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { asFault } from '../http/fault-handler.ts';
import { connectMongo } from './connect.ts';

type Row = { _id: string; count: number };
const schema = new Schema<Row>({ _id: { type: String, required: true }, count: { type: Number, required: true } });
const modelOf = (connection: Connection) => connection.model<Row>('Row', schema);

const told = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => new Error('It was done.'),
    (cause: unknown) => cause,
  );
  return asFault(error).code;
};

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
  await modelOf(database.connection).create({ _id: 'a', count: 0 });
});
afterAll(() => database.close());

test('what a transaction of somebody else is in the way of is told as to be tried again', async () => {
  const { connection } = database;
  const model = modelOf(connection);
  const [first, second] = [await connection.startSession(), await connection.startSession()];
  for (const session of [first, second]) session.startTransaction();
  const add = (session: typeof first) => model.updateOne({ _id: 'a' }, { $inc: { count: 1 } }, { session });
  await add(first);
  expect(await told(add(second).exec())).toBe('service.unavailable');
  await Promise.all([first.endSession(), second.endSession()]);
});

test('what a store that is gone does not answer is told as to be tried again, in and outside of transactions', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-passing-'));
  // A port that was given back may be somebody else's by now, who takes the connection and says nothing.
  const mongo = await startEmbeddedMongo({ file: join(directory, 'data.db'), socket: join(directory, 'mongo.sock') });
  // What is written into a connection in the very moment in which it closes, the driver (7.8.0) never answers: none is used again.
  const connection = await connectMongo(`${mongo.url}&maxIdleTimeMS=1`);
  const model = modelOf(connection);
  await model.create({ _id: 'a', count: 0 });
  await mongo.close();
  const write = async () => model.updateOne({ _id: 'a' }, { $inc: { count: 1 } });
  expect(await told(write())).toBe('service.unavailable');
  expect(await told(connection.transaction(write))).toBe('service.unavailable');
  await connection.close();
  await rm(directory, { recursive: true });
}, 60_000);

test('what the store will refuse again is a bug, as it was', async () => {
  const model = modelOf(database.connection);
  expect(await told(model.create({ _id: 'a', count: 0 }))).toBe('internal.fault');
  expect(await told(model.updateOne({ _id: 'a' }, { $inc: { _id: 1 } }).exec())).toBe('internal.fault');
  expect(await told(model.create({ _id: 'b' }))).toBe('internal.fault');
});
