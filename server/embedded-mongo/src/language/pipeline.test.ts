import { Decimal128, Double, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, docs, plain } from '../../test/documents.ts';
import { maxTimeExpired } from './errors.ts';
import { compilePipeline, type PipelineEnv } from './pipeline.ts';

const NOW = new Date(Date.UTC(2026, 0, 2));
const constants = new Map([['NOW', NOW]]);
const env = (others: Record<string, Document[]> = {}): PipelineEnv => ({
  collection: (name) => docs(...(others[name] ?? [])),
  deadline: () => {},
});
const run = (given: Document[], stages: Document[], others?: Record<string, Document[]>): Document[] =>
  [...compilePipeline(docs(...stages), { constants }).run(docs(...given), env(others))].map(plain);
const refusal = (...stages: Document[]) => codeOf(() => run([{ _id: 1 }], stages));

const SALES = [
  { _id: 1, g: 'a', v: 1, t: ['x', 'y'] },
  { _id: 2, g: 'a', v: 3, t: [] },
  { _id: 3, g: 'b', v: 5 },
];

test('$group with its accumulators', () => {
  const fields = {
    n: { $sum: 1 },
    sum: { $sum: '$v' },
    avg: { $avg: '$v' },
    low: { $min: '$v' },
    high: { $max: '$v' },
    first: { $first: '$v' },
    last: { $last: '$nope' },
    all: { $push: '$v' },
    set: { $addToSet: '$g' },
    count: { $count: {} },
    spread: { $stdDevPop: '$v' },
    sample: { $stdDevSamp: '$v' },
    merged: { $mergeObjects: { k: '$v' } },
  };
  expect(run(SALES, [{ $group: { _id: '$g', ...fields } }])).toEqual([
    {
      _id: 'a',
      n: 2,
      sum: 4,
      avg: 2,
      low: 1,
      high: 3,
      first: 1,
      last: null,
      all: [1, 3],
      set: ['a'],
      count: 2,
      spread: 1,
      sample: Math.SQRT2,
      merged: { k: 3 },
    },
    {
      _id: 'b',
      n: 1,
      sum: 5,
      avg: 5,
      low: 5,
      high: 5,
      first: 5,
      last: null,
      all: [5],
      set: ['b'],
      count: 1,
      spread: 0,
      sample: null,
      merged: { k: 5 },
    },
  ]);
});

test('group keys are compared by value; a missing one is null, inside a document it stays missing', () => {
  expect(run([{ k: 1 }, { k: new Double(1) }, {}, { k: null }], [{ $group: { _id: '$k', n: { $sum: 1 } } }])).toEqual([
    { _id: 1, n: 2 },
    { _id: null, n: 2 },
  ]);
  expect(run([{}, { k: null }], [{ $group: { _id: { k: '$k' }, n: { $sum: 1 } } }])).toEqual([
    { _id: {}, n: 1 },
    { _id: { k: null }, n: 1 },
  ]);
});

test('sums of doubles carry their rounding errors along', () => {
  expect(
    run(
      [{ v: 0.1 }, { v: 0.2 }, { v: 0.3 }, { v: 1e16 }, { v: 1 }, { v: -1e16 }, { v: 'x' }],
      [{ $group: { _id: null, s: { $sum: '$v' } } }],
    )[0],
  ).toEqual({ _id: null, s: 1.6 });
  expect(run([{ v: 2147483647 }, { v: 1 }], [{ $group: { _id: null, s: { $sum: '$v' } } }])[0]?.['s']).toBe(
    2147483648n,
  );
});

test('$unwind gives a document per element', () => {
  expect(run(SALES, [{ $unwind: '$t' }]).map((each) => each['t'])).toEqual(['x', 'y']);
  expect(
    run(SALES, [
      { $unwind: { path: '$t', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } },
      { $project: { t: 1, i: 1 } },
    ]),
  ).toEqual([
    { _id: 1, t: 'x', i: 0n },
    { _id: 1, t: 'y', i: 1n },
    { _id: 2, i: null },
    { _id: 3, i: null },
  ]);
});

test('$lookup joins equal values, elements of arrays, and nothing with null', () => {
  const people = [
    { _id: 10, n: 'ann' },
    { _id: 11, n: 'bob' },
    { _id: 12, ref: [10, 13] },
  ];
  const joined = (given: Document[], foreignField: string) =>
    run(given, [{ $lookup: { from: 'people', localField: 'u', foreignField, as: 'x' } }], { people }).map((each) =>
      each['x'].map((one: Document) => one['_id']),
    );
  expect(joined([{ u: 10 }, { u: [11, 10, 10] }, { u: 99 }, {}], '_id')).toEqual([[10], [10, 11], [], []]);
  expect(joined([{ u: 13 }, { u: null }, { u: [] }], 'ref')).toEqual([[12], [10, 11], [10, 11]]);
  expect(
    run([{ _id: 1, u: 1 }], [{ $lookup: { from: 'nobody', localField: 'u', foreignField: 'u', as: 'a.b' } }]),
  ).toEqual([{ _id: 1, u: 1, a: { b: [] } }]);
});

test('$facet runs pipelines side by side', () => {
  expect(run(SALES, [{ $facet: { n: [{ $count: 'c' }], g: [{ $sortByCount: '$g' }, { $limit: 1 }] } }])).toEqual([
    { n: [{ c: 3 }], g: [{ _id: 'a', count: 2 }] },
  ]);
});

test('$set, $unset, $project, $replaceRoot and $count', () => {
  expect(
    run([SALES[0] as Document], [{ $set: { 'o.c': { $add: ['$v', 1] }, at: '$$NOW' } }, { $unset: ['t', 'g'] }]),
  ).toEqual([{ _id: 1, v: 1, o: { c: 2 }, at: NOW }]);
  expect(
    run([SALES[0] as Document], [{ $replaceRoot: { newRoot: { $mergeObjects: [{ z: 1 }, { id: '$_id' }] } } }]),
  ).toEqual([{ z: 1, id: 1 }]);
  expect(run(SALES, [{ $match: { v: { $gt: 1 } } }, { $count: 'n' }])).toEqual([{ n: 2 }]);
  expect(run([], [{ $count: 'n' }])).toEqual([]);
});

test('the head takes filter, sort and window from the start', () => {
  const pipeline = compilePipeline(
    docs(
      { $match: { a: 1 } },
      { $match: { b: 2 } },
      { $sort: { c: -1 } },
      { $skip: 5 },
      { $limit: 10 },
      { $skip: 2 },
      { $set: { d: 1 } },
    ),
    { constants },
  );
  expect([...(pipeline.head.filter?.bounds().keys() ?? [])]).toEqual(['a', 'b']);
  expect(pipeline.head.sort?.fields).toEqual([{ path: 'c', descending: true }]);
  expect([pipeline.head.skip, pipeline.head.limit]).toEqual([7, 8]);
  expect([...pipeline.runAfterHead(docs({ _id: 1 }), env())].map(plain)).toEqual([{ _id: 1, d: 1 }]);
});

test('the fields a pipeline reads are known once a stage narrows', () => {
  const fields = (...stages: Document[]) => compilePipeline(docs(...stages), { constants }).fields;
  expect(fields({ $match: { 'a.x': 1 } }, { $group: { _id: '$b', n: { $sum: '$c.d' } } }, { $sort: { z: 1 } })).toEqual(
    new Set(['a', 'b', 'c']),
  );
  expect(fields({ $unwind: '$a' }, { $project: { b: 1, c: '$d' } })).toEqual(new Set(['_id', 'a', 'b', 'c', 'd']));
  expect(fields({ $count: 'n' })).toEqual(new Set());
  expect(fields({ $match: { a: 1 } })).toBeUndefined();
  expect(fields({ $group: { _id: null, all: { $push: '$$ROOT' } } })).toBeUndefined();
});

test('long work looks at the clock', () => {
  const expired = () => {
    throw maxTimeExpired('operation exceeded time limit');
  };
  for (const stages of [
    [{ $match: {} }],
    [{ $group: { _id: null } }],
    [{ $sort: { a: 1 } }],
    [{ $lookup: { from: 'x', localField: 'a', foreignField: 'a', as: 'b' } }],
  ])
    expect(
      codeOf(() => [
        ...compilePipeline(docs(...stages), { constants }).run(docs({ _id: 1 }), { ...env(), deadline: expired }),
      ]),
    ).toBe(50);
});

test.each([
  [{ $bogus: 1 }, 40324],
  [{ $graphLookup: {} }, 40324],
  [{}, 40323],
  [{ $match: {}, $limit: 1 }, 40323],
  [{ $match: 1 }, 15959],
  [{ $sort: 1 }, 15973],
  [{ $sort: {} }, 15976],
  [{ $limit: 0 }, 15958],
  [{ $limit: -1 }, 5107201],
  [{ $skip: -1 }, 5107200],
  [{ $count: '' }, 40157],
  [{ $count: '$a' }, 40158],
  [{ $count: 'a.b' }, 40160],
  [{ $count: 1 }, 40156],
  [{ $group: 1 }, 15947],
  [{ $group: {} }, 15955],
  [{ $group: { _id: 1, a: 1 } }, 40234],
  [{ $group: { _id: 1, a: { $bogus: 1 } } }, 15952],
  [{ $group: { _id: 1, a: { $sum: 1, $avg: 1 } } }, 40238],
  [{ $group: { _id: 1, a: { $sum: [1] } } }, 40237],
  [{ $group: { _id: 1, 'a.b': { $sum: 1 } } }, 40235],
  [{ $group: { _id: 1, $a: { $sum: 1 } } }, 40236],
  [{ $group: { _id: null, a: { $mergeObjects: 1 } } }, 40400],
  [{ $sortByCount: 'a' }, 40148],
  [{ $sortByCount: { a: 1 } }, 40147],
  [{ $sortByCount: 1 }, 40149],
  [{ $unwind: 'a' }, 28818],
  [{ $unwind: 1 }, 15981],
  [{ $unwind: {} }, 28812],
  [{ $unwind: { path: 1 } }, 28808],
  [{ $unwind: { path: '$a', bogus: 1 } }, 28811],
  [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: 1 } }, 28809],
  [{ $unwind: { path: '$a', includeArrayIndex: '' } }, 28810],
  [{ $unwind: { path: '$a', includeArrayIndex: '$i' } }, 28822],
  [{ $lookup: 1 }, 9],
  [{ $lookup: { from: 'x', localField: 'a', foreignField: 'b' } }, 9],
  [{ $lookup: { from: 'x', pipeline: [], as: 'c' } }, 115],
  [{ $lookup: { from: 'x', localField: 'a', foreignField: 'b', as: 'c', bogus: 1 } }, 9],
  [{ $facet: {} }, 40169],
  [{ $facet: { a: 1 } }, 40170],
  [{ $facet: { a: [1] } }, 40171],
  [{ $facet: { a: [{ $facet: {} }] } }, 40600],
  [{ $replaceRoot: 1 }, 40229],
  [{ $replaceRoot: {} }, 40414],
  [{ $replaceRoot: { newRoot: {}, bogus: 1 } }, 40415],
  [{ $replaceWith: '$nope' }, 40228],
  [{ $set: 1 }, 40272],
  [{ $unset: 1 }, 31002],
  [{ $unset: [] }, 31119],
  [{ $unset: [1] }, 31120],
  [{ $project: 1 }, 15969],
  [{ $project: {} }, 51272],
  [{ $project: { 'a.$': 1 } }, 31324],
  [{ $project: { a: Decimal128.fromString('1') } }, 115],
])('the stage %j is refused with %i', (stage, code) => {
  expect(refusal(stage)).toBe(code);
});

test('$text stands first or not at all', () => {
  expect(refusal({ $limit: 1 }, { $match: { $text: { $search: 'a' } } })).toBe(17313);
  expect(refusal({ $facet: { a: [{ $match: { $text: { $search: 'a' } } }] } })).toBe(17313);
});
