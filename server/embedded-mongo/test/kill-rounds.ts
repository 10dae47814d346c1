import { MongoClient, MongoServerError, type Db } from 'mongodb';
import { verifyFile } from '../src/storage/verify.ts';
import { startChild } from './child-engine.ts';

export type KillReport = { rounds: number; acknowledged: number; problems: string[] };

type Acknowledged = {
  /** `_id`s that an insert was acknowledged for. */
  inserted: Set<number>;
  /** By counter: the highest value that was acknowledged. */
  counted: Map<number, number>;
};

const ACCOUNTS = 10;
const OPENING_BALANCE = 1000;

/**
 * Kills the database `rounds` times at random moments under a load of inserts, counters and transfers between accounts,
 * and each time checks the file and everything that was acknowledged. `random` gives numbers from 0 to 1.
 */
export async function killRounds(file: string, rounds: number, random: () => number): Promise<KillReport> {
  const acknowledged: Acknowledged = { inserted: new Set(), counted: new Map() };
  const report: KillReport = { rounds, acknowledged: 0, problems: [] };
  let next = 0;
  for (let round = 0; round < rounds; round++) {
    const engine = await startChild(file);
    const client = new MongoClient(engine.url, { serverSelectionTimeoutMS: 250, retryWrites: false });
    const db = client.db('durability');
    await prepare(db);
    const problems = await check(db, acknowledged);
    const load = Promise.allSettled([
      insert(db, acknowledged, () => next++),
      insert(db, acknowledged, () => next++),
      count(db, acknowledged, 1),
      count(db, acknowledged, 2),
      transfer(client, random),
      transfer(client, random),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 50 + random() * 350));
    await engine.kill();
    await load;
    await client.close(true);
    problems.push(...verifyFile(file).problems);
    report.problems.push(...problems.map((problem) => `round ${round}: ${problem}`));
  }
  report.acknowledged = acknowledged.inserted.size + [...acknowledged.counted.values()].reduce((sum, n) => sum + n, 0);
  return report;
}

async function prepare(db: Db): Promise<void> {
  await db.collection('records').createIndexes([
    { key: { serial: 1 }, unique: true, name: 'serial' },
    { key: { tags: 1, at: -1 }, name: 'tags' },
  ]);
  const accounts = db.collection<{ _id: number; balance: number }>('accounts');
  if ((await accounts.countDocuments()) === 0)
    await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, _id) => ({ _id, balance: OPENING_BALANCE })));
}

async function check(db: Db, acknowledged: Acknowledged): Promise<string[]> {
  const problems: string[] = [];
  const found = new Set(await db.collection<{ _id: number }>('records').distinct('_id'));
  for (const id of acknowledged.inserted) if (!found.has(id)) problems.push(`the acknowledged insert ${id} is gone`);
  for (const [id, value] of acknowledged.counted) {
    const counter = await db.collection<{ _id: number; n: number }>('counters').findOne({ _id: id });
    if ((counter?.n ?? 0) < value) problems.push(`counter ${id} fell from ${value} to ${counter?.n}`);
  }
  const [accounts, transfers] = await Promise.all([
    db.collection<{ balance: number }>('accounts').find().toArray(),
    db.collection<{ amount: number }>('transfers').find().toArray(),
  ]);
  const sum = accounts.reduce((total, { balance }) => total + balance, 0);
  if (sum !== ACCOUNTS * OPENING_BALANCE) problems.push(`a torn transaction: the accounts hold ${sum}`);
  const moved = accounts.reduce((total, { balance }) => total + Math.max(0, balance - OPENING_BALANCE), 0);
  if (moved > transfers.reduce((total, { amount }) => total + amount, 0))
    problems.push('a torn transaction: money moved without its record');
  return problems;
}

/** Each of these runs until the connection breaks. */
async function insert(db: Db, acknowledged: Acknowledged, next: () => number): Promise<void> {
  for (;;) {
    const _id = next();
    const record = {
      _id,
      serial: `S${_id}`,
      tags: [`t${_id % 7}`, `u${_id % 3}`],
      at: new Date(),
      text: 'x'.repeat(_id % 500),
    };
    await db.collection<typeof record>('records').insertOne(record);
    acknowledged.inserted.add(_id);
  }
}

async function count(db: Db, acknowledged: Acknowledged, _id: number): Promise<void> {
  for (;;) {
    const counter = await db
      .collection<{ _id: number; n: number }>('counters')
      .findOneAndUpdate({ _id }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' });
    acknowledged.counted.set(_id, counter?.n ?? 0);
  }
}

async function transfer(client: MongoClient, random: () => number): Promise<void> {
  const db = client.db('durability');
  const accounts = db.collection<{ _id: number; balance: number }>('accounts');
  await using session = client.startSession();
  for (;;) {
    const [from, to] = [Math.floor(random() * ACCOUNTS), Math.floor(random() * ACCOUNTS)];
    try {
      session.startTransaction();
      await accounts.updateOne({ _id: from }, { $inc: { balance: -1 } }, { session });
      await accounts.updateOne({ _id: to }, { $inc: { balance: 1 } }, { session });
      await db.collection('transfers').insertOne({ from, to, amount: 1 }, { session });
      await session.commitTransaction();
    } catch (error) {
      if (!(error instanceof MongoServerError) || !error.hasErrorLabel('TransientTransactionError')) throw error;
      await session.abortTransaction().catch(() => undefined);
    }
  }
}
