import { int32, type Doc, type Value } from '../../src/bson/value.ts';
import { expression } from './expressions.ts';
import { filter, operators } from './filters.ts';
import type { Random } from './random.ts';
import { path, value } from './values.ts';

/** Begins with a sort, so that the order of documents never decides. */
export function pipeline(random: Random): Doc[] {
  return [stage('$sort', new Map([['_id', int32(1)]])), ...random.list(1, 3, () => inOrder(anyStage(random))).flat()];
}

/** Groups come in any order, so they are sorted. */
const inOrder = (made: Doc): Doc[] =>
  made.has('$group') || made.has('$sortByCount') ? [made, stage('$sort', new Map([['_id', int32(1)]]))] : [made];

const stage = (name: string, spec: Value): Doc => new Map([[name, spec]]);
const of = (entries: Record<string, Value>): Doc => new Map(Object.entries(entries));

function anyStage(random: Random): Doc {
  return random.choose<Doc>([
    [2, () => stage('$match', filter(random))],
    [5, () => setStage(random)],
    [3, () => stage('$project', projection(random, 'stage'))],
    [
      0.7,
      () =>
        stage(
          '$unset',
          random.choose<Value>([
            [1, () => path(random)],
            [1, () => random.list(0, 2, () => path(random))],
          ]),
        ),
    ],
    [1, () => stage('$sort', sortSpec(random))],
    [
      0.7,
      () => stage('$skip', random.chance(0.95) ? int32(random.below(4)) : random.pick<Value>([int32(-1), 'x', 1.5])),
    ],
    [
      0.7,
      () =>
        stage(
          '$limit',
          random.chance(0.95) ? int32(random.between(1, 4)) : random.pick<Value>([int32(0), int32(-1), 'x']),
        ),
    ],
    [4, () => group(random)],
    [0.5, () => stage('$count', random.pick<Value>(['n', 'n', '', '$n', 'a.b', int32(1)]))],
    [2, () => unwind(random)],
    [2, () => lookup(random)],
    [
      0.7,
      () =>
        stage(
          '$replaceRoot',
          of({
            newRoot: random.pick<Value>([of({ $mergeObjects: ['$$ROOT', '$a'] }), '$a', of({ r: `$${path(random)}` })]),
          }),
        ),
    ],
    [0.4, () => stage('$replaceWith', random.pick<Value>([of({ z: expression(random, 2), _id: '$_id' }), '$b']))],
    [0.7, () => stage('$sortByCount', random.pick<Value>(['$_id', of({ $type: '$a' }), 'a', of({ a: int32(1) })]))],
    [0.5, () => stage('$facet', of({ one: random.list(1, 2, () => anyStage(random)), two: [stage('$count', 'n')] }))],
    [0.05, () => random.pick([stage('$bogus', int32(1)), of({ $match: new Map(), $limit: int32(1) }), new Map()])],
  ]);
}

export function setStage(random: Random): Doc {
  const fields: Doc = new Map();
  for (const name of random.list(1, 2, () =>
    random.choose([
      [4, () => random.pick(['n', 'm'])],
      [2, () => named(random)],
    ]),
  ))
    if (name !== '_id') fields.set(name, expression(random));
  return stage(random.pick(['$set', '$addFields']), fields);
}

export function projection(random: Random, where: 'find' | 'stage'): Doc {
  const out: Doc = new Map();
  const flag = random.pick<Value>([int32(1), int32(1), int32(0), true, false, 1]);
  for (const name of random.list(1, 3, () => named(random))) {
    const special = where === 'find' && random.chance(0.15);
    out.set(
      name,
      special
        ? findOnly(random)
        : random.choose<Value>([
            [6, () => flag],
            [2, () => expression(random, 2)],
            [0.4, () => of({ x: flag })],
            [0.3, () => random.pick<Value>([int32(0), int32(1)])],
          ]),
    );
  }
  if (random.chance(0.3)) out.set('_id', random.pick<Value>([int32(0), int32(1), false]));
  return out;
}

function findOnly(random: Random): Doc {
  return random.choose<Doc>([
    [
      2,
      () =>
        of({
          $slice: random.choose<Value>([
            [2, () => int32(random.between(-2, 2))],
            [1, () => [int32(random.between(-2, 2)), int32(random.between(0, 2))]],
          ]),
        }),
    ],
    [2, () => of({ $elemMatch: random.chance(0.5) ? operators(random, 1) : of({ x: value(random, 1) }) })],
  ]);
}

export function sortSpec(random: Random): Doc {
  const out: Doc = new Map();
  for (const name of random.list(1, 2, () => named(random)))
    out.set(name, random.chance(0.97) ? int32(random.pick([1, -1])) : random.pick<Value>([int32(2), 'x', true, 1]));
  out.delete('_id');
  return out.set('_id', int32(1));
}

function group(random: Random): Doc {
  const present = (value: Value): Value => of({ $ifNull: [value, null] });
  const field = () => present(`$${path(random)}`);
  const id = random.choose<Value>([
    [2, () => null],
    [3, field],
    [1, () => of({ k: field(), l: field() })],
    [1, () => present(expression(random, 1))],
  ]);
  const spec: Doc = new Map([['_id', id]]);
  for (const name of random.list(0, 3, () => random.pick(['n', 'm', 'o']))) {
    const accumulator = random.pick([
      '$sum',
      '$avg',
      '$min',
      '$max',
      '$first',
      '$last',
      '$push',
      '$addToSet',
      '$count',
      '$mergeObjects',
      '$stdDevPop',
      '$stdDevSamp',
      '$sum',
    ]);
    spec.set(
      name,
      stage(
        accumulator,
        accumulator === '$count'
          ? new Map()
          : ['$addToSet', '$first', '$last'].includes(accumulator)
            ? field()
            : random.choose<Value>([
                [4, () => `$${path(random)}`],
                [1, () => int32(1)],
                [1, () => expression(random, 1)],
              ]),
      ),
    );
  }
  if (random.chance(0.02))
    spec.set(
      'bad',
      random.pick<Value>([
        int32(1),
        of({ $bogus: int32(1) }),
        of({ $sum: int32(1), $avg: int32(1) }),
        of({ $sum: [int32(1), int32(2)] }),
      ]),
    );
  if (random.chance(0.02)) spec.delete('_id');
  return stage('$group', spec);
}

function unwind(random: Random): Doc {
  const target = `$${named(random)}`;
  if (random.chance(0.4)) return stage('$unwind', random.chance(0.97) ? target : 'a');
  return stage(
    '$unwind',
    of({
      path: target,
      ...(random.chance(0.5) ? { preserveNullAndEmptyArrays: random.chance(0.8) } : {}),
      ...(random.chance(0.4) ? { includeArrayIndex: random.pick(['i', 'q.i']) } : {}),
      ...(random.chance(0.02) ? { bogus: int32(1) } : {}),
    }),
  );
}

/** A path without array positions. */
const named = (random: Random): string => path(random).replaceAll(/\.\d/g, '');

function lookup(random: Random): Doc {
  const spec: Doc = of({
    from: 'other',
    localField: named(random),
    foreignField: named(random),
    as: random.pick(['j', 'b', 'a.j']),
  });
  if (random.chance(0.02)) spec.delete(random.pick(['from', 'localField', 'as']));
  return stage('$lookup', spec);
}
