import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Collection } from 'mongodb';
import { startChild } from '../test/child-engine.ts';

/**
 * `npm run bench -w server/embedded-mongo`: speed as the driver sees it, beside the engine at MONGODB_REFERENCE_URL when
 * that is set. The database runs in a process of its own, so that its memory can be told apart, and listens as the product
 * lets it.
 */
type Row = { _id: number; group: number; name: string; at: Date; text: string };
type Measure = { name: string; unit: string; wanted: string; value: number };

const DOCUMENTS = 100_000;
const DURABLE = { writeConcern: { w: 1, j: true } } as const;
const aRow = (_id: number): Row => ({
  _id,
  group: _id % 20,
  name: `sample ${_id}`,
  at: new Date(1_700_000_000_000 + _id * 1000),
  text: 'x'.repeat(215),
});

const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-bench-'));
const engine = await startChild(join(folder, 'data.db'), join(folder, 'data.sock'));
const columns = [await measure(engine.url)];
const memory = await residentMegabytes(engine.url);
await engine.kill();
rmSync(folder, { recursive: true });
const reference = process.env['MONGODB_REFERENCE_URL'];
if (reference)
  try {
    columns.push(await measure(reference));
  } catch (error) {
    console.log(`the reference engine did not finish: ${(error as Error).message}`);
  }

console.log(['', 'wanted', 'embedded', ...(columns.length > 1 ? ['reference'] : [])].join('\t'));
for (const [n, { name, unit, wanted }] of (columns[0] ?? []).entries())
  console.log([name, `${wanted} ${unit}`, ...columns.map((column) => format(column[n]?.value ?? 0))].join('\t'));
console.log(['memory with 100k documents', '< 200 MB', memory.toFixed(0)].join('\t'));

async function measure(url: string): Promise<Measure[]> {
  const client = new MongoClient(url);
  const db = client.db('embedded_mongo_bench');
  await db.dropDatabase();
  const singles = db.collection<Row>('singles');
  const rows = db.collection<Row>('rows');
  await singles.insertOne(aRow(-1), DURABLE);
  const measures: Measure[] = [];
  const rate = async (name: string, wanted: string, n: number, work: () => Promise<unknown>): Promise<void> => {
    measures.push({ name, wanted, unit: '/s', value: (n / (await milliseconds(work))) * 1000 });
  };
  await rate('insert one by one, durable', '>= 1000', 2000, () =>
    each(2000, (n) => singles.insertOne(aRow(n), DURABLE)),
  );
  await rate('insert by 16 writers, durable', '', 4000, () =>
    Promise.all(
      Array.from({ length: 16 }, (_, w) => each(250, (n) => singles.insertOne(aRow(10_000 + w * 250 + n), DURABLE))),
    ),
  );
  await rate('insertMany', '>= 50000', DOCUMENTS, () =>
    each(DOCUMENTS / 5000, (n) => rows.insertMany(Array.from({ length: 5000 }, (_, i) => aRow(n * 5000 + i)))),
  );
  await rows.createIndex({ group: 1, at: -1 });
  const ping = () => each(5000, () => db.command({ ping: 1 }));
  const findOne = () => each(5000, (n) => rows.findOne({ _id: (n * 7919) % DOCUMENTS }));
  const rounds = [];
  // In turns: what else the machine does then falls on both.
  for (let round = 0; round < 5; round++)
    rounds.push({ ping: await milliseconds(ping), findOne: await milliseconds(findOne) });
  const pings = median(rounds.map((round) => round.ping));
  const finds = median(rounds.map((round) => round.findOne));
  measures.push(
    { name: 'ping, the floor of a round trip', wanted: '', unit: '/s', value: 5_000_000 / pings },
    { name: 'findOne by _id', wanted: '>= 5000', unit: '/s', value: 5_000_000 / finds },
    { name: 'findOne in pings', wanted: '', unit: '×', value: finds / pings },
    { name: 'indexed page of 100', wanted: '< 5', unit: 'ms', value: await typical(() => page(rows)) },
    { name: '$group over 20k documents', wanted: '< 150', unit: 'ms', value: await typical(() => group(rows)) },
    { name: 'update by _id, durable', wanted: '', unit: 'ms', value: await typical(() => touch(rows)) },
  );
  await rows.find({ text: 'none' }).toArray(); // everything read once, for the memory
  await client.close();
  return measures;
}

function page(rows: Collection<Row>): Promise<unknown> {
  return rows.find({ group: 7 }).sort({ at: -1 }).limit(100).toArray();
}

function touch(rows: Collection<Row>): Promise<unknown> {
  return rows.updateOne({ _id: 77 }, { $inc: { group: 20 } }, DURABLE);
}

function group(rows: Collection<Row>): Promise<unknown> {
  return rows
    .aggregate([
      { $match: { group: { $in: [1, 2, 3, 4] } } },
      { $group: { _id: '$group', n: { $sum: 1 }, last: { $max: '$at' } } },
    ])
    .toArray();
}

async function each(n: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < n; i++) await work(i);
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The median of some runs. */
async function typical(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 15; run++) times.push(await milliseconds(work));
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function residentMegabytes(url: string): Promise<number> {
  const client = new MongoClient(url);
  const { mem } = await client.db('admin').command({ serverStatus: 1 });
  await client.close();
  return (mem as { resident: number }).resident;
}

function format(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}
