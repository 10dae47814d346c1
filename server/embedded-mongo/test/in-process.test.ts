import { BSON, type Document } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startRunning, type Running } from './running.ts';

let running: Running;
beforeEach(async () => {
  running = await startRunning();
});
afterEach(() => running.stop());

const run = async (command: Document, documents: Document[] = []): Promise<Document> =>
  BSON.deserialize(
    await running.mongo.command(
      BSON.serialize({ ...command, $db: 'test' }),
      documents.map((document) => BSON.serialize(document)),
    ),
  );
const insert = (...documents: Document[]) => run({ insert: 'things', ordered: false }, documents);

it('a command of this process is answered as one that comes over a socket, and both see the same', async () => {
  expect(await insert({ _id: 1, text: 'one' }, { _id: 2 })).toEqual({ n: 2, ok: 1 });
  expect(await running.db.collection('things').find().toArray()).toEqual([{ _id: 1, text: 'one' }, { _id: 2 }]);
  await running.db.collection('things').deleteOne({ text: 'one' });
  expect(await run({ count: 'things' })).toEqual({ n: 1, ok: 1 });
});

it('what is refused is told by its place, and a command that is not one by its code', async () => {
  await insert({ _id: 1 });
  const reply = await insert({ _id: 2 }, { _id: 1 }, { _id: 3 });
  expect(reply).toMatchObject({ n: 2, ok: 1, writeErrors: [{ index: 1, code: 11_000 }] });
  expect(await run({ nothing: 1 })).toMatchObject({ ok: 0, codeName: 'CommandNotFound' });
  const damaged = await running.mongo.command(Uint8Array.of(1, 2, 3), []);
  expect(BSON.deserialize(damaged)).toMatchObject({ ok: 0 });
});

it('many at once are each told their own answer', async () => {
  const places = Array.from({ length: 200 }, (_, at) => at);
  const replies = await Promise.all(
    places.map((at) => insert(...places.slice(0, at + 1).map((n) => ({ _id: [at, n].join() })))),
  );
  expect(replies.map(({ n }) => n as number)).toEqual(places.map((at) => at + 1));
});

it('what was answered is there after a restart, and a closed database says so instead of never answering', async () => {
  const { mongo } = running;
  await insert({ _id: 'last' });
  await running.restart();
  expect(await running.db.collection('things').countDocuments()).toBe(1);
  await expect(mongo.command(BSON.serialize({ ping: 1, $db: 'test' }), [])).rejects.toThrow('the database is closed');
});

it('who waits while the database closes is answered or told, and told the truth', async () => {
  const { mongo } = running;
  const asked = Array.from({ length: 50 }, (_, at) =>
    mongo
      .command(BSON.serialize({ insert: 'things', $db: 'test' }), [BSON.serialize({ _id: at })])
      .then(() => at)
      .catch(() => null),
  );
  await running.restart();
  const kept = await running.db.collection<{ _id: number }>('things').find().toArray();
  const answered = (await Promise.all(asked)).filter((at) => at !== null);
  expect(kept.map(({ _id }) => _id)).toEqual(expect.arrayContaining(answered));
});
