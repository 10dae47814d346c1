import { Binary, int32, ObjectId, type Doc, type Value } from '../../src/bson/value.ts';
import type { Random } from './random.ts';

export const FIELDS = ['a', 'b', 'c'] as const;
const INNER = ['x', 'y'] as const;

/** Few values, so that documents, filters and updates often meet. */
export function scalar(random: Random): Value {
  return random.choose<Value>([
    [8, () => int32(random.between(-2, 5))],
    [3, () => random.pick([-2, -1.5, 0, 1, 1.5, 2, 2.5, 3, 4.5])],
    [2, () => BigInt(random.between(-2, 5))],
    [6, () => random.pick(['', 'a', 'b', 'ab', 'A', 'b.c', 'ä', 'zz'])],
    [3, () => null],
    [2, () => random.chance(0.5)],
    [1, () => new Date(Date.UTC(2026, random.below(3), random.between(1, 28), random.below(24)))],
    [1, () => new ObjectId(`65000000000000000000000${random.below(3)}`)],
    [0.4, () => new Binary(Uint8Array.from(random.list(0, 2, () => random.below(3))), random.pick([0, 4]))],
    [0.3, () => random.pick([2147483647, -2147483648].map(int32))],
    [0.2, () => random.pick([9007199254740993n, 9223372036854775807n])],
    [0.2, () => random.pick([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e20])],
  ]);
}

export function document(random: Random, depth: number, names: readonly string[] = INNER): Doc {
  const doc: Doc = new Map();
  for (const name of names) if (random.chance(0.6)) doc.set(name, value(random, depth - 1));
  return doc;
}

export function value(random: Random, depth = 2): Value {
  if (depth <= 0) return scalar(random);
  return random.choose<Value>([
    [6, () => scalar(random)],
    [2, () => document(random, depth)],
    [1.5, () => random.list(0, 3, () => scalar(random))],
    [1.5, () => random.list(0, 3, () => document(random, depth))],
    [1, () => random.list(0, 3, () => value(random, depth - 1))],
  ]);
}

export function storedDocument(random: Random, id: Value): Doc {
  return new Map([['_id', id], ...document(random, 3, FIELDS)]);
}

/** A path that some documents have. */
export function path(random: Random): string {
  return random.choose([
    [5, () => random.pick(FIELDS)],
    [4, () => `${random.pick(FIELDS)}.${random.pick(INNER)}`],
    [1, () => `${random.pick(FIELDS)}.${random.pick(INNER)}.${random.pick(INNER)}`],
    [1, () => `${random.pick(FIELDS)}.${random.below(3)}`],
    [0.6, () => `${random.pick(FIELDS)}.${random.below(2)}.${random.pick(INNER)}`],
    [0.2, () => '_id'],
  ]);
}
