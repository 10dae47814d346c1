import { serialize } from 'bson';
import type { Document, FindCursor, IndexSpecification } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeDoc } from '../src/bson/decode.ts';
import { compileSort } from '../src/language/sort.ts';
import { verifyFile } from '../src/storage/verify.ts';
import { seeded } from './random.ts';
import { startRunning, type Running } from './running.ts';

/** Any plan must give what a walk through the whole collection gives. Seeded: a failing seed is named by the test. */
let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.stop());

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const SCALARS = [0, 1, 2, 3, 5, -1, 1.5, 'a', 'b', 'ab', '', true, false, null, new Date(5), new Date(-5)];
const PATHS = ['a', 'b', 'c.d', 'c.e', 'c'];

function aValue(random: Random): unknown {
  const kind = random();
  if (kind < 0.7) return pick(random, SCALARS);
  if (kind < 0.85) return Array.from({ length: Math.floor(random() * 4) }, () => pick(random, SCALARS));
  return { d: pick(random, SCALARS) };
}

function aDocument(random: Random, arrays: boolean): Document {
  const value = (): unknown => (arrays ? aValue(random) : pick(random, SCALARS));
  const doc: Document = {};
  if (random() < 0.8) doc['a'] = value();
  if (random() < 0.8) doc['b'] = pick(random, SCALARS);
  if (random() < 0.7) {
    const inner = (): Document => ({
      ...(random() < 0.8 ? { d: value() } : {}),
      ...(random() < 0.5 ? { e: value() } : {}),
    });
    doc['c'] = arrays && random() < 0.4 ? Array.from({ length: Math.floor(random() * 3) }, inner) : inner();
  }
  return doc;
}

function aCondition(random: Random): unknown {
  const scalar = (): unknown => pick(random, SCALARS);
  switch (Math.floor(random() * 8)) {
    case 0:
      return { $in: [scalar(), scalar(), scalar()] };
    case 1:
      return { [pick(random, ['$gt', '$gte', '$lt', '$lte'])]: scalar() };
    case 2:
      return { $gt: pick(random, [0, 1, 'a']), $lt: pick(random, [3, 5, 'b']) };
    case 3:
      return { $gte: pick(random, [0, 1, 'a']), $lte: pick(random, [3, 1, 'b']) };
    case 4:
      return pick(random, [
        { $exists: true },
        { $exists: false },
        { $ne: 1 },
        { $elemMatch: { $gt: 0 } },
        { $all: [1, 2] },
      ]);
    default:
      return scalar();
  }
}

function aFilter(random: Random): Document {
  const filter: Document = {};
  for (let n = 0; n < 1 + random() * 2.5; n++) filter[pick(random, PATHS)] = aCondition(random);
  return random() < 0.1 ? { $and: [filter, { [pick(random, PATHS)]: aCondition(random) }] } : filter;
}

/** With arrays about, by one field at most: several might run through different arrays, which is an error. */
const aSort = (random: Random, arrays: boolean): Record<string, 1 | -1> =>
  Object.fromEntries(
    Array.from({ length: Math.floor(random() * (arrays ? 2 : 3)) }, () => [
      pick(random, PATHS),
      random() < 0.5 ? 1 : -1,
    ]),
  );

function indexes(random: Random): { key: IndexSpecification; options: object }[] {
  return Array.from({ length: 4 }, (_, n) => {
    const key: Record<string, 1 | -1> = {};
    for (let field = 0; field < 1 + random() * 2.5; field++) key[pick(random, PATHS)] = random() < 0.5 ? 1 : -1;
    const kind = random();
    const options =
      kind < 0.2
        ? { sparse: true }
        : kind < 0.4
          ? {
              partialFilterExpression: pick<Document>(random, [
                { b: { $gt: 0 } },
                { a: { $exists: true } },
                { b: 1 },
                { b: { $lte: 3 } },
              ]),
            }
          : {};
    return { key, options: { ...options, name: `i${n}` } };
  });
}

it.each(Array.from({ length: 12 }, (_, n) => n + 1))(
  'every plan finds what a full walk finds, seed %i',
  async (seed) => {
    const random = seeded(seed);
    const collection = running.db.collection(`fuzz${seed}`);
    const arrays = seed % 3 !== 0;
    await collection.insertMany(
      Array.from({ length: 150 }, (_, _id) => ({ _id, ...aDocument(random, arrays) }) as never),
    );
    const create = async (): Promise<void> => {
      for (const { key, options } of indexes(random)) await collection.createIndex(key, options).catch(allow(171, 85));
    };
    if (seed % 2 === 0) await create();
    for (let n = 0; n < 60; n++)
      await collection
        .replaceOne({ _id: Math.floor(random() * 170) as never }, aDocument(random, arrays), { upsert: true })
        .catch(allow(171));
    await collection.deleteMany(aFilter(random));
    if (seed % 2 === 1) await create();
    for (let n = 0; n < 150; n++) {
      const filter = aFilter(random);
      const sort = aSort(random, arrays);
      const find = (): FindCursor => collection.find(filter, { sort });
      const [planned, walked] = await Promise.all([find().toArray(), find().hint({ $natural: 1 }).toArray()]);
      expect({ filter, sort, found: byId(planned) }).toEqual({ filter, sort, found: byId(walked) });
      expect({ filter, sort, unordered: unordered(planned, sort) }).toEqual({ filter, sort, unordered: [] });
    }
    expect(verifyFile(running.file).problems).toEqual([]);
  },
);

const byId = (docs: Document[]): Document[] => docs.toSorted((a, b) => Number(a['_id']) - Number(b['_id']));

/** Documents that stand after one that they should stand before. */
function unordered(docs: Document[], by: Record<string, 1 | -1>): Document[] {
  const sort = compileSort(decodeDoc(serialize(by)));
  const keys = docs.map((doc) => sort.key(decodeDoc(serialize(doc))));
  return docs.filter((_, n) => n > 0 && sort.compareKeys(keys[n - 1] ?? [], keys[n] ?? []) > 0);
}

/** Parallel arrays cannot be indexed, nor one pattern twice: such a write or index is left out. */
function allow(...codes: number[]): (error: { code: number }) => void {
  return (error) => {
    if (!codes.includes(error.code)) throw error;
  };
}
