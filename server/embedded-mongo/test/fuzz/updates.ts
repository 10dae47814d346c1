import { BSONRegExp, int32, type Doc, type Value } from '../../src/bson/value.ts';
import { expression } from './expressions.ts';
import { operators } from './filters.ts';
import type { Random } from './random.ts';
import { FIELDS, path, scalar, value } from './values.ts';
import { setStage } from './pipelines.ts';

type GeneratedUpdate = { query: Doc; update: Doc | Doc[]; arrayFilters: Doc[] | undefined; upsert: boolean };

export function update(random: Random, id: Value): GeneratedUpdate {
  const query: Doc = new Map([['_id', id]]);
  const upsert = random.chance(0.2);
  const kind = random.choose<'operators' | 'replacement' | 'pipeline'>([
    [12, () => 'operators'],
    [1, () => 'replacement'],
    [1.5, () => 'pipeline'],
  ]);
  if (random.chance(upsert ? 0.6 : 0.1))
    query.set(pathBelow(random), random.chance(0.7) ? value(random, 1) : operators(random, 1));
  if (kind === 'replacement') return { query, update: replacement(random, id), arrayFilters: undefined, upsert };
  if (kind === 'pipeline')
    return { query, update: random.list(1, 2, () => pipelineStage(random)), arrayFilters: undefined, upsert };
  const place = random.choose<Placeholders>([
    [8, () => ({ names: [] })],
    [1.5, () => ({ names: ['$[]'] })],
    [1.5, () => ({ names: ['$[e]'], arrayFilters: [new Map([elementFilter(random)])] })],
    [1.5, () => ({ names: ['$'] })],
  ]);
  if (place.names[0] === '$')
    query.set(
      random.pick(FIELDS),
      random.chance(0.5) ? scalar(random) : new Map([['$elemMatch', operators(random, 1)]]),
    );
  return { query, update: updateOperators(random, place.names), arrayFilters: place.arrayFilters, upsert };
}

/** Not the `_id`, which the query already has. */
function pathBelow(random: Random): string {
  const found = path(random);
  return found === '_id' ? 'a' : found;
}

type Placeholders = { names: string[]; arrayFilters?: Doc[] };

const elementFilter = (random: Random): [string, Value] =>
  random.chance(0.5)
    ? ['e', operators(random, 1)]
    : ['e.x', random.chance(0.5) ? scalar(random) : operators(random, 1)];

function replacement(random: Random, id: Value): Doc {
  const out: Doc = new Map();
  for (const name of ['b', 'a', 'z']) if (random.chance(0.6)) out.set(name, value(random));
  if (random.chance(0.3)) out.set('_id', random.chance(0.7) ? id : 'other');
  return out;
}

function pipelineStage(random: Random): Doc {
  return random.choose<Doc>([
    [4, () => setStage(random)],
    [1, () => new Map([['$unset', random.pick<Value>(['a', 'b.x', ['a', 'c']])]])],
    [
      1,
      () =>
        new Map([
          [
            '$replaceWith',
            new Map<string, Value>([['$mergeObjects', ['$$ROOT', new Map([['z', expression(random, 2)]])]]]),
          ],
        ]),
    ],
    [
      0.5,
      () =>
        new Map([
          [
            '$project',
            new Map<string, Value>([
              ['a', int32(1)],
              ['n', expression(random, 2)],
            ]),
          ],
        ]),
    ],
    [0.1, () => new Map([['$match', new Map()]])],
  ]);
}

function updateOperators(random: Random, placeholders: readonly string[]): Doc {
  const out: Doc = new Map();
  for (
    let n = random.choose([
      [4, () => 1],
      [2, () => 2],
      [1, () => 3],
    ]);
    n > 0;
    n--
  ) {
    const [name, make] = random.pick(OPERATORS);
    const fields: Doc = (out.get(name) as Doc | undefined) ?? new Map();
    for (const target of random.list(1, random.chance(0.3) ? 2 : 1, () => targetPath(random, placeholders)))
      fields.set(target, make(random));
    out.set(name, fields);
  }
  return out;
}

function targetPath(random: Random, placeholders: readonly string[]): string {
  const [placeholder] = placeholders;
  if (placeholder === undefined || random.chance(0.15)) {
    return random.choose([
      [10, () => path(random)],
      [1, () => random.pick(['z', 'y.z', 'new.path.deep', 'm'])],
      [0.15, () => random.pick(['', 'a.', 'a..b', '$x', '$', 'a.$', 'a.$[]', 'a.$[nope]', '$[]', 'a.$.b.$', '_id'])],
    ]);
  }
  return `${random.pick(FIELDS)}.${placeholder}${random.chance(0.5) ? `.${random.pick(['x', 'y', 'z', 'x.y'])}` : ''}`;
}

type Maker = (random: Random) => Value;

const OPERATORS: readonly (readonly [string, Maker])[] = [
  ['$set', (r) => value(r)],
  ['$set', (r) => value(r)],
  ['$setOnInsert', (r) => value(r)],
  ['$unset', () => ''],
  ['$inc', (r) => (r.chance(0.95) ? numeric(r) : scalar(r))],
  ['$mul', (r) => (r.chance(0.95) ? numeric(r) : scalar(r))],
  ['$min', (r) => value(r, 1)],
  ['$max', (r) => value(r, 1)],
  ['$push', (r) => (r.chance(0.4) ? value(r, 1) : pushModifiers(r))],
  [
    '$addToSet',
    (r) =>
      r.chance(0.5) ? value(r, 1) : new Map([['$each', r.chance(0.95) ? r.list(0, 3, () => value(r, 1)) : scalar(r)]]),
  ],
  ['$pull', (r) => pullCondition(r)],
  ['$pullAll', (r) => (r.chance(0.95) ? r.list(0, 3, () => value(r, 1)) : scalar(r))],
  ['$pop', (r) => (r.chance(0.95) ? r.pick<Value>([int32(1), int32(-1), 1]) : scalar(r))],
  ['$rename', (r) => (r.chance(0.95) ? r.pick(['z', 'a', 'b', 'c.x', 'a.x', 'new.name', 'b.0']) : scalar(r))],
  ['$bogus', () => int32(1)],
];

const numeric: Maker = (r) =>
  r.choose<Value>([
    [4, () => int32(r.between(-2, 3))],
    [1, () => 1.5],
    [1, () => 2n],
    [0.3, () => int32(2147483647)],
    [0.2, () => 9223372036854775807n],
  ]);

function pushModifiers(random: Random): Doc {
  const out: Doc = new Map([
    ['$each', random.chance(0.97) ? random.list(0, 3, () => value(random, 1)) : scalar(random)],
  ]);
  if (random.chance(0.3)) out.set('$position', random.chance(0.95) ? int32(random.between(-2, 3)) : scalar(random));
  if (random.chance(0.3)) out.set('$slice', random.chance(0.95) ? int32(random.between(-3, 4)) : scalar(random));
  if (random.chance(0.3))
    out.set(
      '$sort',
      random.choose<Value>([
        [3, () => int32(random.pick([1, -1]))],
        [3, () => new Map([[random.pick(['x', 'y', 'x.y']), int32(random.pick([1, -1]))]])],
        [0.2, () => scalar(random)],
      ]),
    );
  if (random.chance(0.02)) out.set('$bogus', int32(1));
  return out;
}

function pullCondition(random: Random): Value {
  return random.choose<Value>([
    [3, () => value(random, 1)],
    [3, () => operators(random, 1)],
    [2, () => new Map([[random.pick(['x', 'y']), random.chance(0.5) ? scalar(random) : operators(random, 0)]])],
    [0.5, () => new BSONRegExp('^a', 'i')],
  ]);
}
