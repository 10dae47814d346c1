import { MongoStore } from 'connect-mongo';
import type { SessionData } from 'express-session';
import mongoose, { Schema } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, startRunning, until, type Running } from './running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({ ttlSeconds: 1 });
});
afterAll(() => running.stop());

describe('mongoose', () => {
  let connection: mongoose.Connection;
  beforeAll(async () => {
    connection = await mongoose.createConnection(running.mongo.url, { dbName: 'mongoose' }).asPromise();
  });
  afterAll(() => connection.close());

  const personSchema = new Schema(
    { email: { type: String, unique: true }, name: String, tags: [String], org: String, n: Number },
    { timestamps: true, optimisticConcurrency: true },
  );
  personSchema.index({ org: 1, createdAt: -1 });
  personSchema.index({ name: 1 }, { partialFilterExpression: { n: { $gt: 1 } } });
  personSchema.index({ name: 'text' });

  it('builds the indexes of its schema, once', async () => {
    const Person = connection.model('Person', personSchema);
    await Person.init();
    expect(await Person.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
    expect(await Person.syncIndexes()).toEqual([]);
    expect((await Person.listIndexes()).map((index) => (index as { name: string }).name)).toHaveLength(5);
  });

  it('creates, saves with its version, finds, updates and deletes', async () => {
    const Person = connection.model('Person');
    const ada = await Person.create({ email: 'ada@lab', name: 'Ada', tags: ['a'], n: 1 });
    const [one, two] = [await Person.findById(ada._id), await Person.findById(ada._id)];
    one?.set('n', 2);
    await one?.save();
    two?.set('n', 3);
    expect((await errorOf(two?.save() ?? Promise.resolve())).name).toBe('VersionError');
    await Person.updateOne({ email: 'ada@lab' }, { $push: { tags: { $each: ['b', 'c'], $slice: -2 } } });
    expect(await Person.findOne({ email: 'ada@lab' }).lean()).toMatchObject({ n: 2, tags: ['b', 'c'] });
    const error = await errorOf(Person.create({ email: 'ada@lab' }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'ada@lab' } });
    expect(
      await Person.findOneAndUpdate({ email: 'bob@lab' }, { n: 5 }, { upsert: true, returnDocument: 'after' }),
    ).toMatchObject({ n: 5 });
    expect((await Person.deleteMany({})).deletedCount).toBe(2);
  });

  it('rolls a transaction back and commits it', async () => {
    const Person = connection.model('Person');
    const failing = connection.transaction(async (session) => {
      await Person.create([{ email: 'gone@lab' }], { session });
      throw new Error('no');
    });
    expect((await errorOf(failing)).message).toBe('no');
    await connection.transaction(async (session) => {
      await Person.create([{ email: 'kept@lab' }], { session });
      await Person.updateOne({ email: 'kept@lab' }, { n: 4 }, { session });
    });
    expect(await Person.find().lean()).toMatchObject([{ email: 'kept@lab', n: 4 }]);
  });

  it('searches text', async () => {
    const Person = connection.model('Person');
    await Person.create([
      { email: '1', name: 'protein purification' },
      { email: '2', name: 'purified twice' },
      { email: '3', name: 'soup' },
    ]);
    const found = await Person.find({ $text: { $search: 'proteins purifying -twice' } }).lean();
    expect(found).toMatchObject([{ email: '1' }]);
  });

  it('drops its database', async () => {
    await connection.dropDatabase();
    expect(await connection.listCollections()).toEqual([]);
  });
});

describe('connect-mongo', () => {
  it('keeps, touches, expires and destroys sessions', async () => {
    const store = MongoStore.create({ mongoUrl: running.mongo.url, dbName: 'sessions', ttl: 3600 });
    const call = <T>(run: (done: (error: unknown, value?: T | null) => void) => void): Promise<T | null | undefined> =>
      new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));
    const aSession = (expires: Date): SessionData =>
      ({ cookie: { originalMaxAge: 1000, expires }, user: 'ada' }) as unknown as SessionData;
    const later = new Date(Date.now() + 3_600_000);
    await call((done) => store.set('one', aSession(later), done));
    await call((done) => store.set('old', aSession(new Date(Date.now() - 1000)), done));
    expect(await call<SessionData>((done) => store.get('one', done))).toMatchObject({ user: 'ada' });
    await call((done) => store.touch('one', aSession(later), done));
    const sessions = running.client.db('sessions').collection<{ _id: string }>('sessions');
    await until(async () => (await sessions.countDocuments()) === 1);
    expect(await sessions.findOne({}, { projection: { _id: 1 } })).toEqual({ _id: 'one' });
    await call((done) => store.destroy('one', done));
    expect(await call<SessionData>((done) => store.get('one', done))).toBeFalsy();
    await store.close();
  });
});
