import { Long, type Collection } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorOf, startRunning, type Running } from './running.ts';

type Item = { _id: number; a?: number; tags?: string[]; at?: Date };

let running: Running;
let items: Collection<Item>;
beforeAll(async () => {
  running = await startRunning();
  items = running.db.collection('items');
  await items.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, a: _id % 10, tags: [`t${_id % 3}`, 'all'] })));
  await items.createIndex({ a: 1, _id: -1 });
  await items.createIndex({ tags: 1 });
});
afterAll(() => running.stop());

const ids = async (found: Promise<Item[]>): Promise<number[]> => (await found).map((item) => item._id);

it('a filter that reads no field holds for all documents or for none', async () => {
  expect(await items.countDocuments({ $expr: false })).toBe(0);
  expect(await items.find({ $nor: [{}] }).toArray()).toEqual([]);
  expect(await running.db.command({ count: 'items', query: { $expr: { $eq: [1, 2] } } })).toMatchObject({ n: 0 });
  expect(await items.find({ $expr: true }).toArray()).toHaveLength(300);
});

it('the variables of let stand in the expressions of every command that has it', async () => {
  const copy = running.db.collection<Item>('variables');
  await copy.insertMany([1, 2, 3].map((_id) => ({ _id, a: _id * 10 })));
  const options = { let: { id: 2, sum: { $add: [20, 1] } } };
  const mine = { $expr: { $eq: ['$_id', '$$id'] } };
  const pipeline = [{ $match: mine }, { $project: { s: '$$sum' } }];
  expect(await copy.find(mine, options).toArray()).toEqual([{ _id: 2, a: 20 }]);
  expect(await copy.aggregate(pipeline, options).toArray()).toEqual([{ _id: 2, s: 21 }]);
  await copy.updateOne(mine, [{ $set: { a: '$$sum' } }], options);
  expect(await copy.findOneAndUpdate(mine, { $inc: { a: 1 } }, options)).toEqual({ _id: 2, a: 21 });
  expect(await copy.deleteMany(mine, options)).toMatchObject({ deletedCount: 1 });
  expect(await ids(copy.find().toArray())).toEqual([1, 3]);
  expect((await errorOf(copy.findOne(mine))).code).toBe(17276);
  expect((await errorOf(copy.findOne(mine, { let: { id: '$a' } }))).code).toBe(4890500);
  expect((await errorOf(copy.findOne(mine, { let: { ID: 1 } }))).code).toBe(9);
});

it('an _id beside other conditions finds the document that meets them all, or nothing', async () => {
  const found = (filter: object): Promise<number[]> => ids(items.find(filter).toArray());
  expect(await found({ a: 5, _id: 5 })).toEqual([5]);
  expect(await found({ a: 6, _id: 5 })).toEqual([]);
  expect(await found({ _id: Long.fromNumber(5), tags: 'all' })).toEqual([5]);
  expect(await found({ _id: { $eq: 5, $gt: 7 } })).toEqual([]);
  expect(await found({ $and: [{ _id: 5 }, { _id: { $in: [5, 6] } }] })).toEqual([5]);
  expect(await found({ $and: [{ _id: 5 }, { _id: 6 }] })).toEqual([]);
  expect(await found({ _id: 5, $or: [{ a: 1 }, { tags: 't2' }] })).toEqual([5]);
  expect(await found({ $or: [{ _id: 5 }, { _id: 6 }] })).toEqual([5, 6]);
  expect(await found({ _id: 5, $nor: [{ a: 5 }] })).toEqual([]);
  expect(await ids(items.find({ _id: 5, a: 5 }).sort({ a: -1 }).limit(3).toArray())).toEqual([5]);
  expect(await ids(items.find({ _id: 5, a: 5 }).skip(1).toArray())).toEqual([]);
});

it('windows of a pipeline are taken in the order they are written', async () => {
  const window = (...stages: object[]): Promise<number[]> =>
    ids(items.aggregate<Item>([{ $sort: { _id: 1 } }, ...stages]).toArray());
  expect(await window({ $limit: 10 }, { $skip: 7 })).toEqual([7, 8, 9]);
  expect(await window({ $limit: 5 }, { $skip: 10 })).toEqual([]);
  expect(await window({ $skip: 10 }, { $limit: 2 }, { $skip: 1 })).toEqual([11]);
});

it('explain names the index that served, and says when it spared the sort', async () => {
  const plan = async (filter: object, sort: Record<string, 1 | -1> = {}): Promise<string> =>
    JSON.stringify((await items.find(filter, { sort }).explain('queryPlanner'))['queryPlanner']['winningPlan']);
  expect(await plan({ a: 3 })).toContain('"indexName":"a_1__id_-1"');
  expect(await plan({ a: 3 }, { _id: -1 })).not.toContain('SORT');
  expect(await plan({ a: 3 }, { _id: 1 })).toContain('"direction":"backward"');
  expect(await plan({ a: { $gt: 3 } }, { _id: 1 })).toContain('SORT');
  expect(await plan({ tags: 't1' })).toContain('"isMultiKey":true');
  expect(await plan({ _id: 7 })).toContain('_id_');
  expect(await plan({ b: 7 })).toContain('COLLSCAN');
  const aggregation = await items.aggregate([{ $match: { a: 3 } }, { $group: { _id: null } }]).explain();
  expect(JSON.stringify(aggregation)).toContain('a_1__id_-1');
});

it('a cursor goes on after writes: what is gone is left out, what changed is new, nothing comes twice', async () => {
  const copy = running.db.collection<Item>('copy');
  await copy.insertMany(Array.from({ length: 500 }, (_, _id) => ({ _id, a: 1 })));
  await copy.createIndex({ a: 1 });
  for (const filter of [{}, { a: { $gte: 1 } }]) {
    await copy.updateMany({}, { $set: { a: 1 } });
    const cursor = copy.find(filter, { batchSize: 100 });
    const found = [await cursor.next()];
    await copy.deleteOne({ _id: 200 });
    await copy.updateOne({ _id: 201 }, { $set: { at: new Date(0) } });
    for await (const item of cursor) found.push(item);
    expect(new Set(found.map((item) => item?._id)).size).toBe(found.length);
    expect(found.map((item) => item?._id)).not.toContain(200);
    expect(found.find((item) => item?._id === 201)).toMatchObject({ at: new Date(0) });
    await copy.replaceOne({ _id: 200 }, { a: 1 }, { upsert: true });
  }
});

it('a cursor ends with an error when its collection is dropped', async () => {
  const gone = running.db.collection<Item>('gone');
  await gone.insertMany(Array.from({ length: 400 }, (_, _id) => ({ _id })));
  const cursor = gone.find({}, { batchSize: 10 });
  await cursor.next();
  await gone.drop();
  expect((await errorOf(cursor.toArray())).code).toBe(175);
});

it('stops when its time is over, also behind a join and in later batches', async () => {
  const slow = items.aggregate(
    [
      { $unwind: '$tags' },
      { $lookup: { from: 'items', localField: 'tags', foreignField: 'tags', as: 'x' } },
      { $unwind: '$x' },
      { $group: { _id: null, n: { $sum: 1 } } },
    ],
    { maxTimeMS: 20 },
  );
  expect((await errorOf(slow.toArray())).code).toBe(50);
  expect((await items.find({}, { maxTimeMS: 1000 }).toArray()).length).toBe(300);
});

it('what it does not do it refuses by name, with the code of MongoDB', async () => {
  const refused = async (command: object): Promise<unknown> => {
    const { code, message } = await errorOf(running.db.command(command));
    return [code, message];
  };
  expect(await refused({ find: 'items', collation: { locale: 'en' } })).toEqual([
    115,
    expect.stringContaining("'collation'"),
  ]);
  expect(await refused({ find: 'items', filter: { a: { $near: [1, 2] } } })).toEqual([
    2,
    expect.stringContaining('$near'),
  ]);
  expect(await refused({ find: 'items', frobnicate: 1 })).toEqual([40415, expect.stringContaining('find.frobnicate')]);
  expect(await refused({ find: 'items', filter: 'a' })).toEqual([14, expect.stringContaining("'find.filter'")]);
  expect(await refused({ find: 'items', hint: 'none' })).toEqual([2, expect.stringContaining('hint')]);
  expect(await refused({ update: 'items', updates: [{ q: {}, u: {}, collation: { locale: 'de' } }] })).toEqual([
    115,
    expect.stringContaining('collation'),
  ]);
  expect(await refused({ delete: 'items', deletes: [{ limit: 0 }] })).toEqual([
    40414,
    expect.stringContaining('deletes.q'),
  ]);
  expect(await refused({ aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {} })).toEqual([
    40573,
    expect.stringContaining('$changeStream'),
  ]);
  expect(await refused({ aggregate: 'items', pipeline: [{ $out: 'x' }], cursor: {} })).toEqual([
    40324,
    expect.stringContaining('$out'),
  ]);
  expect(await refused({ create: 'x', capped: true, size: 10 })).toEqual([115, expect.stringContaining('capped')]);
  expect(await refused({ createIndexes: 'x', indexes: [{ key: { a: '2dsphere' }, name: 'a' }] })).toEqual([
    115,
    expect.stringContaining('2dsphere'),
  ]);
  expect(await refused({ createIndexes: 'x', indexes: [{ key: { a: 1 }, name: 'a', wild: 1 }] })).toEqual([
    197,
    expect.stringContaining('wild'),
  ]);
  expect(await refused({ ping: 1, apiVersion: '1' })).toEqual([115, expect.stringContaining('apiVersion')]);
  expect(await refused({ collMod: 'items' })).toEqual([59, expect.stringContaining('collMod')]);
  expect(await refused({ mapReduce: 'items' })).toEqual([59, expect.stringContaining('mapReduce')]);
});

it('documents that nest too deep to be read again are not stored', async () => {
  let deep: object = {};
  for (let level = 0; level < 179; level++) deep = { a: deep };
  const nested = running.db.collection<{ _id: number }>('nested');
  await nested.insertOne({ _id: 1, ...deep });
  expect((await errorOf(nested.insertOne({ _id: 2, b: deep } as never))).code).toBe(15);
  expect((await errorOf(nested.updateOne({ _id: 1 }, { $set: { b: deep } }))).code).toBe(15);
  const reply = await running.db.command({ insert: 'nested', documents: [{ _id: 3, b: deep }] });
  expect(reply).toMatchObject({ n: 0, writeErrors: [{ code: 15 }] });
  expect(await nested.find({ _id: { $gte: 1 } }).toArray()).toHaveLength(1);
});
