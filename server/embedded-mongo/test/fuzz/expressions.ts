import { BSONRegExp, int32, type Doc, type Value } from '../../src/bson/value.ts';
import type { Random } from './random.ts';
import { FIELDS, path, scalar, value } from './values.ts';

type Maker = (random: Random, depth: number) => Value;

const number: Maker = (random) =>
  random.choose<Value>([
    [3, () => int32(random.between(-3, 6))],
    [1, () => random.pick([-2.5, -1.5, -1, 0, 1.5, 2, 2.5, 3.5, 4])],
    [1, () => BigInt(random.between(-3, 6))],
    [2, () => `$${random.pick(FIELDS)}`],
  ]);
const text: Maker = (random) =>
  random.choose<Value>([
    [3, () => random.pick(['', 'a', 'ab', 'a,b', ' ä ', 'B c'])],
    [2, () => `$${random.pick(FIELDS)}`],
  ]);
const array: Maker = (random, depth) =>
  random.choose<Value>([
    [3, () => random.list(0, 3, () => expression(random, depth - 1))],
    [3, () => `$${path(random)}`],
    [1, () => new Map([['$literal', random.list(0, 3, () => scalar(random))]])],
  ]);
const dateValue: Maker = (random) =>
  random.choose<Value>([
    [
      3,
      () =>
        new Date(
          Date.UTC(
            2026,
            random.below(12),
            random.between(1, 28),
            random.below(24),
            random.below(60),
            random.below(60),
            random.below(1000),
          ),
        ),
    ],
    [1, () => new Date(Date.UTC(random.between(1900, 2100), random.below(12), random.between(1, 31)))],
    [1, () => `$${random.pick(FIELDS)}`],
  ]);
const any: Maker = (random, depth) => expression(random, depth - 1);

const list = (random: Random, low: number, high: number, make: Maker, depth: number): Value =>
  random.list(low, high, () => make(random, depth));

const of = (entries: Record<string, Value>): Doc => new Map(Object.entries(entries));

const named = (names: string[], make: () => Value): Doc => new Map(names.map((name) => [name, make()]));

const OPERATORS: Record<string, Maker> = {
  $add: (r, d) => list(r, 0, 3, r.chance(0.8) ? number : any, d),
  $subtract: (r, d) => list(r, 2, 2, r.chance(0.8) ? number : any, d),
  $multiply: (r, d) => list(r, 0, 3, r.chance(0.8) ? number : any, d),
  $divide: (r, d) => list(r, 2, 2, r.chance(0.9) ? number : any, d),
  $mod: (r, d) => list(r, 2, 2, r.chance(0.9) ? number : any, d),
  $abs: (r, d) => (r.chance(0.8) ? number : any)(r, d),
  $ceil: (r, d) => (r.chance(0.8) ? number : any)(r, d),
  $floor: (r, d) => (r.chance(0.8) ? number : any)(r, d),
  $round: (r, d) => number(r, d),
  $trunc: (r, d) => [number(r, d), int32(0)],
  $eq: (r, d) => list(r, 2, 2, any, d),
  $ne: (r, d) => list(r, 2, 2, any, d),
  $gt: (r, d) => list(r, 2, 2, any, d),
  $gte: (r, d) => list(r, 2, 2, any, d),
  $lt: (r, d) => list(r, 2, 2, any, d),
  $lte: (r, d) => list(r, 2, 2, any, d),
  $cmp: (r, d) => list(r, 2, 2, any, d),
  $and: (r, d) => list(r, 0, 3, any, d),
  $or: (r, d) => list(r, 0, 3, any, d),
  $not: (r, d) => [any(r, d)],
  $cond: (r, d) => (r.chance(0.5) ? list(r, 3, 3, any, d) : named(['if', 'then', 'else'], () => any(r, d))),
  $ifNull: (r, d) => list(r, 2, 3, any, d),
  $switch: (r, d) =>
    of({
      branches: r.list(1, 2, () => named(['case', 'then'], () => any(r, d))),
      ...(r.chance(0.8) ? { default: any(r, d) } : {}),
    }),
  $concat: (r, d) => list(r, 0, 3, r.chance(0.9) ? text : any, d),
  $toLower: (r, d) => text(r, d),
  $toUpper: (r, d) => text(r, d),
  $trim: (r, d) => of({ input: text(r, d), ...(r.chance(0.3) ? { chars: text(r, d) } : {}) }),
  $ltrim: (r, d) => of({ input: text(r, d) }),
  $rtrim: (r, d) => of({ input: text(r, d) }),
  $split: (r, d) => [text(r, d), r.pick([',', ' ', 'a', ''])],
  $substrCP: (r, d) => [text(r, d), int32(r.between(-1, 3)), int32(r.between(-1, 3))],
  $strLenCP: (r, d) => text(r, d),
  $toString: (r, d) => any(r, d),
  $regexMatch: (r, d) =>
    of({ input: text(r, d), regex: r.pick<Value>(['a', '^b', new BSONRegExp('A', 'i'), '$b', null]) }),
  $type: (r, d) => any(r, d),
  $isArray: (r, d) => [any(r, d)],
  $size: (r, d) => array(r, d),
  $arrayElemAt: (r, d) => [array(r, d), int32(r.between(-3, 3))],
  $first: (r) => `$${path(r)}`,
  $last: (r) => `$${path(r)}`,
  $in: (r, d) => [any(r, d), array(r, d)],
  $concatArrays: (r, d) => list(r, 0, 2, array, d),
  $slice: (r, d) => [array(r, d), ...r.list(1, 2, () => int32(r.between(-2, 3)))],
  $reverseArray: (r) => `$${path(r)}`,
  $map: (r, d) =>
    of({
      input: array(r, d),
      ...(r.chance(0.5)
        ? { as: 'v', in: r.pick<Value>(['$$v', of({ $add: ['$$v', int32(1)] }), '$$v.x', of({ e: '$$v' })]) }
        : { in: r.pick<Value>(['$$this', of({ $eq: ['$$this', '$a'] })]) }),
    }),
  $filter: (r, d) =>
    of({
      input: array(r, d),
      cond: r.pick<Value>([of({ $gt: ['$$this', int32(1)] }), '$$this', of({ $ne: ['$$this.x', null] })]),
      ...(r.chance(0.2) ? { limit: int32(r.between(0, 2)) } : {}),
    }),
  $reduce: (r, d) =>
    of({
      input: array(r, d),
      initialValue: r.pick<Value>([int32(0), '', []]),
      in: r.pick<Value>([
        of({ $add: ['$$value', '$$this'] }),
        of({ $concatArrays: ['$$value', ['$$this']] }),
        '$$this',
      ]),
    }),
  $mergeObjects: (r) => r.list(0, 2, () => r.pick<Value>([`$${path(r)}`, of({ x: scalar(r) })])),
  $sum: (r, d) => (r.chance(0.5) ? array(r, d) : `$${path(r)}`),
  $avg: (r, d) => (r.chance(0.5) ? array(r, d) : `$${path(r)}`),
  $min: (r, d) => (r.chance(0.5) ? array(r, d) : `$${path(r)}`),
  $max: (r, d) => (r.chance(0.5) ? array(r, d) : `$${path(r)}`),
  ...Object.fromEntries(
    [
      '$year',
      '$month',
      '$dayOfMonth',
      '$dayOfYear',
      '$dayOfWeek',
      '$isoDayOfWeek',
      '$isoWeek',
      '$isoWeekYear',
      '$week',
      '$hour',
      '$minute',
      '$second',
      '$millisecond',
    ].map((name): [string, Maker] => [
      name,
      (r, d) =>
        r.chance(0.5) ? dateValue(r, d) : of({ date: dateValue(r, d), ...(r.chance(0.5) ? { timezone: 'UTC' } : {}) }),
    ]),
  ),
};
const NAMES = Object.keys(OPERATORS);

export function expression(random: Random, depth = 3): Value {
  const leaf = () =>
    random.choose<Value>([
      [5, () => `$${path(random)}`],
      [4, () => constant(random)],
      [0.3, () => random.pick(['$$ROOT', '$$CURRENT.a', '$$REMOVE', '$$ROOT.b.x'])],
      [0.6, () => random.pick(['$$l', '$$l', '$$l.x'])],
      [0.05, () => random.pick<Value>(['$$nope', '$a..b', '$', new Map([['$bogus', int32(1)]])])],
    ]);
  if (depth <= 0) return leaf();
  return random.choose<Value>([
    [2, leaf],
    [6, () => call(random, depth)],
    [0.4, () => random.list(0, 2, () => expression(random, depth - 1))],
    [0.4, () => of({ x: expression(random, depth - 1), y: expression(random, depth - 1) })],
  ]);
}

function call(random: Random, depth: number): Doc {
  const name = random.pick(NAMES);
  return new Map([[name, (OPERATORS[name] as Maker)(random, depth)]]);
}

/** A constant that is not read as an expression. */
export function constant(random: Random): Value {
  const made = value(random, 1);
  return made instanceof Map ? new Map([['$literal', made]]) : made;
}
