import { BSONRegExp, int32, type Doc, type Value } from '../../src/bson/value.ts';
import { expression } from './expressions.ts';
import type { Random } from './random.ts';
import { path, scalar, value } from './values.ts';

export function filter(random: Random, depth = 2): Doc {
  const out: Doc = new Map();
  for (
    let n = random.choose([
      [6, () => 1],
      [3, () => 2],
      [1, () => 3],
      [0.3, () => 0],
    ]);
    n > 0;
    n--
  ) {
    const [name, condition] = random.choose<[string, Value]>([
      [10, () => [path(random), fieldCondition(random, depth)]],
      [
        depth > 0 ? 1 : 0,
        () => [random.pick(['$and', '$or', '$nor']), random.list(1, 3, () => filter(random, depth - 1))],
      ],
      [0.7, () => ['$expr', expression(random, 2)]],
      [
        0.1,
        () =>
          random.pick<[string, Value]>([
            ['$and', []],
            ['$or', int32(1)],
            ['$nor', [int32(1)]],
            ['$bogus', int32(1)],
          ]),
      ],
    ]);
    out.set(name, condition);
  }
  return out;
}

function fieldCondition(random: Random, depth: number): Value {
  return random.choose<Value>([
    [3, () => value(random)],
    [0.5, () => regex(random)],
    [6, () => operators(random, depth)],
  ]);
}

const regex = (random: Random): Value =>
  new BSONRegExp(
    random.pick(['a', '^a', 'b$', '^A', 'a.?b', '[ab]+', '\\.', '^$', '(a|b)z*$', 'Ä', '\\w']),
    random.pick(['', 'i', 'm']),
  );

export function operators(random: Random, depth: number): Doc {
  return new Map(random.list(1, random.chance(0.25) ? 2 : 1, () => operator(random, depth)));
}

function operator(random: Random, depth: number): [string, Value] {
  const compare = random.pick(['$eq', '$gt', '$gte', '$lt', '$lte', '$ne']);
  return random.choose<[string, Value]>([
    [8, () => [compare, value(random, 1)]],
    [
      3,
      () => [
        random.pick(['$in', '$nin']),
        random.list(0, 3, () => (random.chance(0.1) ? regex(random) : value(random, 1))),
      ],
    ],
    [2, () => ['$exists', random.pick<Value>([true, false, int32(1), int32(0)])]],
    [
      2,
      () => [
        '$type',
        random.choose<Value>([
          [4, () => typeAlias(random)],
          [1, () => random.list(1, 2, () => typeAlias(random))],
        ]),
      ],
    ],
    [1.5, () => ['$size', int32(random.below(3))]],
    [
      1.5,
      () => [
        '$all',
        random.choose<Value>([
          [3, () => random.list(0, 2, () => value(random, 1))],
          [1, () => random.list(1, 2, () => new Map([['$elemMatch', elemMatch(random, depth)]]))],
        ]),
      ],
    ],
    [3, () => ['$elemMatch', elemMatch(random, depth)]],
    [1.5, () => ['$not', random.chance(0.2) ? regex(random) : operators(random, depth)]],
    [1, () => ['$regex', random.chance(0.5) ? 'a' : regex(random)]],
    [0.15, () => brokenOperator(random)],
  ]);
}

const typeAlias = (random: Random): Value =>
  random.pick<Value>([
    'int',
    'long',
    'double',
    'number',
    'string',
    'object',
    'array',
    'bool',
    'null',
    'date',
    'objectId',
    'binData',
    int32(2),
    int32(16),
    3,
  ]);

function elemMatch(random: Random, depth: number): Doc {
  if (random.chance(0.5)) return operators(random, depth - 1);
  const out: Doc = new Map();
  for (const name of random.list(1, 2, () => random.pick(['x', 'y', 'x.y', '0'])))
    out.set(name, depth > 0 ? fieldCondition(random, depth - 1) : scalar(random));
  return out;
}

function brokenOperator(random: Random): [string, Value] {
  return random.pick<[string, Value]>([
    ['$in', int32(1)],
    ['$nin', 'x'],
    ['$in', [new Map([['$gt', int32(1)]])]],
    ['$size', int32(-1)],
    ['$size', 'x'],
    ['$size', 1.5],
    ['$all', int32(1)],
    ['$all', [new Map([['$gt', int32(1)]])]],
    ['$elemMatch', int32(1)],
    ['$not', int32(1)],
    ['$not', new Map()],
    ['$type', 'nope'],
    ['$type', []],
    ['$type', int32(99)],
    ['$type', true],
    ['$regex', int32(1)],
    ['$regex', '('],
    ['$options', 'i'],
    ['$gt', new BSONRegExp('a', '')],
    ['$ne', new BSONRegExp('a', '')],
    ['$bogus', int32(1)],
    ['plain', int32(1)],
  ]);
}
