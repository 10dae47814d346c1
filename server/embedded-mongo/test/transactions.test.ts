import { Long, UUID, type ClientSession, type Collection, type MongoServerError } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyFile } from '../src/storage/verify.ts';
import { rawCommand } from './raw.ts';
import { errorOf, startRunning, type Running } from './running.ts';

type Item = { _id: number; v?: number; k?: string };

let running: Running;
let items: Collection<Item>;
let audit: Collection<Item>;
const sessions: ClientSession[] = [];

beforeAll(async () => {
  running = await startRunning();
  items = running.db.collection('items');
  audit = running.db.collection('audit');
});
beforeEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.endSession()));
  await items.deleteMany({});
  await audit.deleteMany({});
});
afterAll(() => running.stop());

function begin(): ClientSession {
  const session = running.client.startSession();
  sessions.push(session);
  session.startTransaction();
  return session;
}

it('sees its own writes, and nobody else sees them before it commits', async () => {
  await items.insertOne({ _id: 1, v: 1 });
  const session = begin();
  await items.updateOne({ _id: 1 }, { $set: { v: 2 } }, { session });
  await items.insertOne({ _id: 2 }, { session });
  await items.deleteOne({ _id: 1, v: 1 }, { session });
  expect(await items.find({}, { session }).toArray()).toEqual([{ _id: 1, v: 2 }, { _id: 2 }]);
  expect(await items.countDocuments({ v: { $gte: 2 } }, { session })).toBe(1);
  expect(await items.find().toArray()).toEqual([{ _id: 1, v: 1 }]);
  await session.commitTransaction();
  expect(await items.find().toArray()).toEqual([{ _id: 1, v: 2 }, { _id: 2 }]);
});

it('finds by _id what it has inserted and changed, and neither what it removed nor what came since', async () => {
  await items.insertMany([{ _id: 1, v: 1 }, { _id: 2 }, { _id: 3 }]);
  const session = begin();
  const byId = (_id: number): Promise<Item | null> => items.findOne({ _id }, { session });
  expect(await byId(3)).toEqual({ _id: 3 });
  await items.insertOne({ _id: 4 });
  await items.updateOne({ _id: 1 }, { $set: { v: 2 } }, { session });
  await items.deleteOne({ _id: 2 }, { session });
  await items.insertOne({ _id: 5, v: 5 }, { session });
  expect([await byId(1), await byId(5), await byId(3)]).toEqual([{ _id: 1, v: 2 }, { _id: 5, v: 5 }, { _id: 3 }]);
  expect([await byId(2), await byId(4)]).toEqual([null, null]);
  await items.deleteOne({ _id: 5 }, { session });
  expect(await byId(5)).toBeNull();
});

it('reads the moment it began at, through an index as well as without', async () => {
  await items.createIndex({ v: 1 });
  await items.insertMany([
    { _id: 1, v: 1 },
    { _id: 2, v: 5 },
  ]);
  const session = begin();
  expect(await items.findOne({ _id: 9 }, { session })).toBeNull();
  await items.updateOne({ _id: 1 }, { $set: { v: 7 } });
  await items.deleteOne({ _id: 2 });
  await items.insertOne({ _id: 3, v: 5 });
  expect(await items.find({ v: 5 }, { session }).toArray()).toEqual([{ _id: 2, v: 5 }]);
  expect(await items.find({}, { session }).sort({ v: -1 }).toArray()).toEqual([
    { _id: 2, v: 5 },
    { _id: 1, v: 1 },
  ]);
  await session.commitTransaction();
});

it('finds what it changed into and out of the range of an index, in order', async () => {
  await items.createIndex({ v: 1 });
  await items.insertMany([1, 2, 3, 4].map((v) => ({ _id: v, v })));
  const session = begin();
  await items.updateOne({ _id: 1 }, { $set: { v: 30 } }, { session });
  await items.updateOne({ _id: 4 }, { $set: { v: 0 } }, { session });
  await items.insertOne({ _id: 5, v: 20 }, { session });
  const found = await items
    .find({ v: { $gte: 2 } }, { session })
    .sort({ v: 1 })
    .toArray();
  expect(found.map((item) => item._id)).toEqual([2, 3, 5, 1]);
  await session.abortTransaction();
});

it('what it commits is in the indexes that were made meanwhile', async () => {
  const later = running.db.collection<Item>('later');
  await later.insertMany([1, 2, 3].map((_id) => ({ _id, v: _id })));
  const session = begin();
  await later.updateOne({ _id: 1 }, { $set: { v: 10 } }, { session });
  await later.deleteOne({ _id: 2 }, { session });
  await later.insertOne({ _id: 4, v: 40 }, { session });
  await later.createIndex({ v: 1 });
  await session.commitTransaction();
  const found = await later.find({ v: { $gte: 0 } }, { hint: { v: 1 } }).toArray();
  expect(found.map((item) => item._id)).toEqual([3, 1, 4]);
  expect(verifyFile(running.file).problems).toEqual([]);
});

it('of two transactions on one document the second meets a conflict at once', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const [first, second] = [begin(), begin()];
  await items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session: first });
  const error = (await errorOf(
    items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session: second }),
  )) as MongoServerError;
  expect(error.code).toBe(112);
  expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
  await first.commitTransaction();
  expect((await items.findOne())?.v).toBe(1);
});

it('a document that was written after the transaction began cannot be changed in it', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const session = begin();
  await items.findOne({}, { session });
  await items.updateOne({ _id: 1 }, { $inc: { v: 1 } });
  expect((await errorOf(items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session }))).code).toBe(112);
});

it('two transactions that insert the same unique key conflict, whichever way they commit', async () => {
  await items.createIndex({ k: 1 }, { unique: true, sparse: true });
  const [first, second] = [begin(), begin()];
  await items.insertOne({ _id: 1, k: 'a' }, { session: first });
  expect((await errorOf(items.insertOne({ _id: 2, k: 'a' }, { session: second }))).code).toBe(112);
  await first.commitTransaction();
  const third = begin();
  const error = (await errorOf(items.insertOne({ _id: 3, k: 'a' }, { session: third }))) as MongoServerError;
  expect([error.code, error['keyValue']]).toEqual([11000, { k: 'a' }]);
});

it('unique keys may change hands inside a transaction', async () => {
  await items.createIndex({ k: 1 }, { unique: true, sparse: true });
  await items.insertMany([
    { _id: 1, k: 'a' },
    { _id: 2, k: 'b' },
  ]);
  const session = begin();
  await items.updateOne({ _id: 1 }, { $set: { k: 'free' } }, { session });
  await items.updateOne({ _id: 2 }, { $set: { k: 'a' } }, { session });
  await items.updateOne({ _id: 1 }, { $set: { k: 'b' } }, { session });
  expect((await items.findOne({ k: 'b' }, { session }))?._id).toBe(1);
  await session.commitTransaction();
  expect(await items.find().sort({ k: 1 }).toArray()).toEqual([
    { _id: 2, k: 'a' },
    { _id: 1, k: 'b' },
  ]);
});

it('a write outside the session to another document never waits', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const session = running.client.startSession();
  sessions.push(session);
  await session.withTransaction(async () => {
    await items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session });
    await audit.insertOne({ _id: Date.now() });
    await items.insertOne({ _id: 2 });
  });
  expect([await items.countDocuments(), await audit.countDocuments()]).toEqual([2, 1]);
});

it('a write outside to the same document waits for the transaction, and then happens', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const session = begin();
  await items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session });
  const outside = items.updateOne({ _id: 1 }, { $inc: { v: 10 } });
  await items.findOne({ _id: 1 }); // sent after the write
  await session.commitTransaction();
  await outside;
  expect((await items.findOne())?.v).toBe(11);
});

it('a write outside to the same document, awaited inside, ends in an error and not in a hang', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const session = begin();
  await items.updateOne({ _id: 1 }, { $inc: { v: 1 } }, { session });
  expect((await errorOf(items.updateOne({ _id: 1 }, { $inc: { v: 10 } }))).code).toBe(112);
  await session.commitTransaction();
  expect((await items.findOne())?.v).toBe(1);
});

it('what was begun by a connection that is gone is over at once: whoever comes waits for nobody', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  const transaction = { lsid: { id: new UUID() }, txnNumber: Long.ONE, autocommit: false };
  const updates = [{ q: { _id: 1 }, u: { $inc: { v: 1 } } }];
  // As from a process that is killed: nothing is ended before the connection is.
  const begun = await rawCommand(running.mongo.url, {
    update: 'items',
    updates,
    ...transaction,
    startTransaction: true,
  });
  expect(begun['nModified']).toBe(1);
  await items.updateOne({ _id: 1 }, { $inc: { v: 10 } });
  expect((await items.findOne())?.v).toBe(10);
  const late = { commitTransaction: 1, ...transaction };
  const answer = await rawCommand(running.mongo.url, { ...late });
  expect(answer['code']).toBe(251);
});

it('withTransaction counts right under contention', async () => {
  await items.insertOne({ _id: 1, v: 0 });
  await Promise.all(
    Array.from({ length: 12 }, () =>
      running.client.withSession((session) =>
        session.withTransaction(async () => {
          const item = await items.findOne({ _id: 1 }, { session });
          await items.updateOne({ _id: 1 }, { $set: { v: (item?.v ?? 0) + 1 } }, { session });
        }),
      ),
    ),
  );
  expect((await items.findOne())?.v).toBe(12);
});

it('an error inside ends the transaction, and the collections it made do not exist', async () => {
  await items.insertOne({ _id: 1 });
  const session = begin();
  await running.db.collection<Item>('fresh').insertOne({ _id: 1 }, { session });
  expect((await errorOf(items.insertOne({ _id: 1 }, { session }))).code).toBe(11000);
  expect((await errorOf(items.insertOne({ _id: 2 }, { session }))).code).toBe(251);
  await session.abortTransaction();
  expect(await running.db.listCollections({ name: 'fresh' }).toArray()).toEqual([]);
});

it('makes collections and their indexes when it commits', async () => {
  const session = begin();
  await running.db.createCollection('made', { session });
  await running.db.collection('made').createIndex({ k: 1 }, { unique: true, session });
  await running.db.collection<Item>('made').insertOne({ _id: 1, k: 'a' }, { session });
  expect((await running.db.listCollections({ name: 'made' }).toArray()).length).toBe(0);
  await session.commitTransaction();
  expect((await errorOf(running.db.collection<Item>('made').insertOne({ _id: 2, k: 'a' }))).code).toBe(11000);
  await running.db.collection('made').drop();
});

it('a cursor of a transaction goes on in it, and no further', async () => {
  await items.insertMany(Array.from({ length: 250 }, (_, _id) => ({ _id })));
  const session = begin();
  const cursor = items.find({}, { session, batchSize: 100 });
  await cursor.next();
  await items.deleteMany({ _id: { $gte: 200 } });
  expect((await cursor.toArray()).length).toBe(249);
  await session.commitTransaction();
});
