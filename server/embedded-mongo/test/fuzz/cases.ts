import { int32, type Doc, type Value } from '../../src/bson/value.ts';
import type { Case } from './case.ts';
import { constant, expression } from './expressions.ts';
import { filter } from './filters.ts';
import { pipeline, projection, sortSpec } from './pipelines.ts';
import { Random } from './random.ts';
import { update } from './updates.ts';
import { path, scalar, storedDocument } from './values.ts';

const PER_WORLD = 40;

/** Cases without end, the same for the same seed. Runs of them share their documents. */
export function* cases(seed: number): Generator<Case> {
  const random = new Random(seed);
  for (;;) {
    const world = new Map<string, Value>([
      ['docs', stored(random, 10)],
      ['other', stored(random, 5)],
    ]);
    for (let n = 0; n < PER_WORLD; n++) yield withVariables(random, anyCase(random, world));
  }
}

/** Sometimes with a command's `let`: `$$l` for all expressions. */
function withVariables(random: Random, { kind, given }: Case): Case {
  if (random.chance(0.4)) return { kind, given };
  const variable = random.choose<Value>([
    [8, () => constant(random)],
    [1, () => new Map([['$add', [int32(1), scalar(random)]]])],
    [1, () => new Map([['x', [constant(random)]]])],
    [0.5, () => random.pick<Value>(['$$REMOVE', '$a', '$$nope', new Map([['$literal', '$a']])])],
  ]);
  return { kind, given: new Map([...given, ['let', new Map([['l', variable]])]]) };
}

/** Half of the time without empty arrays, because the engines sort them differently. */
function stored(random: Random, most: number): Doc[] {
  const docs = random.list(1, most, () => null).map((_, n) => storedDocument(random, int32(n)));
  return random.chance(0.5) ? docs : docs.map((each) => withoutEmptyArrays(each) as Doc);
}

function withoutEmptyArrays(value: Value): Value {
  if (Array.isArray(value)) return value.length === 0 ? [int32(0)] : value.map(withoutEmptyArrays);
  return value instanceof Map ? new Map([...value].map(([name, member]) => [name, withoutEmptyArrays(member)])) : value;
}

function anyCase(random: Random, world: Doc): Case {
  return random.choose<Case>([
    [10, () => ({ kind: 'find', given: find(random, world) })],
    [8, () => ({ kind: 'update', given: updating(random) })],
    [4, () => ({ kind: 'aggregate', given: new Map([...world, ['pipeline', evaluating(random)]]) })],
    [6, () => ({ kind: 'aggregate', given: new Map([...world, ['pipeline', pipeline(random)]]) })],
  ]);
}

function find(random: Random, world: Doc): Doc {
  const given: Doc = new Map([
    ['docs', world.get('docs') ?? []],
    ['filter', filter(random)],
    ['sort', sortSpec(random)],
  ]);
  if (random.chance(0.3)) given.set('projection', projection(random, 'find'));
  if (random.chance(0.2)) given.set('skip', int32(random.below(4)));
  if (random.chance(0.2)) given.set('limit', int32(random.between(1, 4)));
  if (random.chance(0.03)) given.set('projection', new Map([[`${path(random)}.$`, int32(1)]]));
  return given;
}

/** One expression over all documents, so that its errors are its own. */
function evaluating(random: Random): Doc[] {
  return [
    new Map([['$sort', new Map([['_id', int32(1)]])]]),
    new Map([['$limit', int32(2)]]),
    new Map([['$project', new Map([['r', [expression(random)]]])]]),
  ];
}

function updating(random: Random): Doc {
  const id = int32(7);
  const made = update(random, id);
  const given: Doc = new Map();
  if (!made.upsert || random.chance(0.5)) given.set('doc', storedDocument(random, id));
  given.set('query', made.query).set('update', made.update).set('upsert', made.upsert);
  if (made.arrayFilters) given.set('arrayFilters', made.arrayFilters);
  return given;
}
