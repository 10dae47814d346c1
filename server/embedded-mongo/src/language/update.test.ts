import { Double, Long, Timestamp, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, doc, docs, plain } from '../../test/documents.ts';
import { compileFilter, type Position } from './filter.ts';
import { compileUpdate } from './update.ts';

const NOW = new Date(Date.UTC(2026, 0, 2));
type Given = { query?: Document; arrayFilters?: Document[] };

function updated(given: Document, update: Document | Document[], { query = {}, arrayFilters }: Given = {}): Document {
  const position: Position = { index: undefined };
  compileFilter(doc(query)).matches(doc(given), position);
  const compiled = compileUpdate(Array.isArray(update) ? docs(...update) : doc(update), {
    constants: new Map([['NOW', NOW]]),
    ...(arrayFilters ? { arrayFilters: docs(...arrayFilters) } : {}),
  });
  return plain(compiled.apply(doc(given), { matchedIndex: position.index, inserting: false, now: NOW }));
}

const inserted = (query: Document, update: Document | Document[]): Document =>
  plain(
    compileUpdate(Array.isArray(update) ? docs(...update) : doc(update), { upsertFrom: doc(query) }).apply(new Map(), {
      inserting: true,
      now: NOW,
    }),
  );

const refusal = (given: Document, update: Document | Document[], options?: Given) =>
  codeOf(() => updated(given, update, options));

test('$set makes parents, keeps the place of what is there, and adds the rest in the order of the names', () => {
  expect(Object.keys(updated({ _id: 1, z: 1, a: 2 }, { $set: { m: 3, b: 1, a: 9 } }))).toEqual([
    '_id',
    'z',
    'a',
    'b',
    'm',
  ]);
  expect(updated({ _id: 1 }, { $set: { 'a.b.c': 1 } })).toEqual({ _id: 1, a: { b: { c: 1 } } });
  expect(updated({ _id: 1, a: [1] }, { $set: { 'a.3': 2 } })).toEqual({ _id: 1, a: [1, null, null, 2] });
  expect(updated({ _id: 1 }, { $set: { 'a.0': 2 } })).toEqual({ _id: 1, a: { '0': 2 } });
});

test('$unset takes fields away, leaves null in arrays, and minds no path that cannot be', () => {
  expect(updated({ _id: 1, a: 1, b: [1, 2], c: 'x' }, { $unset: { a: '', 'b.0': '', 'c.d': '', e: '' } })).toEqual({
    _id: 1,
    b: [null, 2],
    c: 'x',
  });
});

test('$inc and $mul keep or widen the type', () => {
  const given = { _id: 1, i: 2147483647, l: Long.fromNumber(5), d: 1.5 };
  expect(updated(given, { $inc: { i: 1, l: 1, d: 1, fresh: 2 } })).toEqual({
    _id: 1,
    i: 2147483648n,
    l: 6n,
    d: 2.5,
    fresh: 2,
  });
  expect(updated(given, { $mul: { i: 2, d: 2, fresh: 2 } })).toEqual({ _id: 1, i: 4294967294n, l: 5n, d: 3, fresh: 0 });
  expect(refusal({ l: Long.MAX_VALUE }, { $inc: { l: 1 } })).toBe(2);
});

test('$min and $max compare across types', () => {
  expect(updated({ _id: 1, lo: 5, hi: 5, t: 5 }, { $min: { lo: 3 }, $max: { hi: 3, t: 'x', fresh: 1 } })).toEqual({
    _id: 1,
    lo: 3,
    hi: 5,
    t: 'x',
    fresh: 1,
  });
});

test('$push with all its modifiers', () => {
  const given = { _id: 1, a: [{ s: 3 }, { s: 1 }], p: [1, 2, 3] };
  expect(
    updated(given, {
      $push: {
        a: { $each: [{ s: 2 }, { s: 9 }], $sort: { s: 1 }, $slice: 3 },
        p: { $each: [0], $position: -1 },
        fresh: { x: 1 },
      },
    }),
  ).toEqual({ _id: 1, a: [{ s: 1 }, { s: 2 }, { s: 3 }], p: [1, 2, 0, 3], fresh: [{ x: 1 }] });
  expect(updated({ a: [3, 1] }, { $push: { a: { $each: [2], $sort: -1, $slice: -2 } } })).toEqual({ a: [2, 1] });
  expect(updated({ a: [3] }, { $push: { a: { $slice: 1 } } })).toEqual({ a: [3, { $slice: 1 }] });
});

test('$addToSet adds what is not there, once', () => {
  expect(
    updated(
      { t: ['a', 'b', 'b'], n: [1] },
      { $addToSet: { t: { $each: ['b', 'c', 'c'] }, n: new Double(1), fresh: { $each: [] } } },
    ),
  ).toEqual({ t: ['a', 'b', 'b', 'c'], n: [1], fresh: [] });
});

test('$pull by value, by operators and by a query on documents; $pullAll; $pop', () => {
  expect(
    updated(
      { t: ['a', 'b'], n: [1, 5, [6]], g: [{ k: 1, v: 1 }, { k: 2 }, 7] },
      { $pull: { t: 'b', n: { $gte: 5 }, g: { k: { $lt: 2 } } } },
    ),
  ).toEqual({ t: ['a'], n: [1], g: [{ k: 2 }, 7] });
  expect(
    updated({ q: [1, 2, 2, 3], p: [1, 2], o: [] }, { $pullAll: { q: [2] }, $pop: { p: -1, o: 1, missing: 1 } }),
  ).toEqual({ q: [1, 3], p: [2], o: [] });
});

test('$rename moves a value, over what is there', () => {
  expect(updated({ _id: 1, y: 2, z: 0, a: { b: 1 } }, { $rename: { y: 'z', 'a.b': 'c.d', missing: 'm' } })).toEqual({
    _id: 1,
    z: 2,
    a: {},
    c: { d: 1 },
  });
});

test('$currentDate gives the time it is told', () => {
  expect(updated({}, { $currentDate: { a: true, b: { $type: 'timestamp' } } })).toEqual({
    a: NOW,
    b: new Timestamp({ t: NOW.getTime() / 1000, i: 1 }),
  });
});

test('$, $[] and $[identifier] name elements', () => {
  const given = {
    g: [
      { k: 1, v: 0 },
      { k: 2, v: 0, h: [{ x: 1 }, { x: 2 }] },
      { k: 3, v: 0 },
    ],
  };
  expect(updated(given, { $set: { 'g.$.v': 7 } }, { query: { 'g.k': 2 } })['g'].map((e: Document) => e['v'])).toEqual([
    0, 7, 0,
  ]);
  expect(updated(given, { $inc: { 'g.$[].v': 1 } })['g'].map((e: Document) => e['v'])).toEqual([1, 1, 1]);
  expect(
    updated(
      given,
      { $set: { 'g.$[e].v': 100, 'g.$[f].h.$[i].x': 55 } },
      { arrayFilters: [{ 'e.k': { $gte: 3 } }, { 'f.k': 2 }, { 'i.x': 2 }] },
    )['g'],
  ).toEqual([
    { k: 1, v: 0 },
    { k: 2, v: 0, h: [{ x: 1 }, { x: 55 }] },
    { k: 3, v: 100 },
  ]);
  expect(updated({ a: [1, 2] }, { $unset: { 'a.$[]': '' } })).toEqual({ a: [null, null] });
});

test('two identifiers may meet in one element, but not in one field', () => {
  const arrayFilters = [{ 'e.k': 1 }, { 'f.v': 0 }];
  expect(updated({ g: [{ k: 1, v: 0 }] }, { $set: { 'g.$[e].a': 1, 'g.$[f].b': 2 } }, { arrayFilters })).toEqual({
    g: [{ k: 1, v: 0, a: 1, b: 2 }],
  });
  expect(refusal({ g: [{ k: 1, v: 0 }] }, { $set: { 'g.$[e].a': 1, 'g.$[f].a': 2 } }, { arrayFilters })).toBe(40);
});

test('a replacement keeps the _id and puts it first', () => {
  expect(Object.keys(updated({ _id: 1, a: 1 }, { b: 2, _id: 1 }))).toEqual(['_id', 'b']);
  expect(updated({ _id: 1, a: 1 }, { 'b.c': 2 })).toEqual({ _id: 1, 'b.c': 2 });
});

test('a pipeline sees the whole document, and may drop the _id only in appearance', () => {
  expect(
    updated({ _id: 1, a: 2, b: 3 }, [{ $set: { c: { $multiply: ['$a', '$b'] }, at: '$$NOW' } }, { $unset: 'a' }]),
  ).toEqual({ _id: 1, b: 3, c: 6, at: NOW });
  expect(updated({ _id: 1, a: { x: 1 } }, [{ $replaceWith: '$a' }])).toEqual({ _id: 1, x: 1 });
});

test('an upsert starts from what the query asks to be equal, in the order of the names', () => {
  const query = {
    z: 1,
    k: { $eq: 'a' },
    n: { $gt: 1 },
    'o.p': 2,
    $and: [{ m: { $in: [5] } }],
    r: /x/,
    $or: [{ only: 1 }],
  };
  expect(Object.entries(inserted(query, { $set: { v: 1 }, $setOnInsert: { c: 2 } }))).toEqual(
    Object.entries({ k: 'a', m: 5, o: { p: 2 }, only: 1, z: 1, c: 2, v: 1 }),
  );
  expect(inserted({ _id: 9, a: 1 }, { b: 1 })).toEqual({ _id: 9, b: 1 });
  expect(inserted({ _id: 9, a: 1 }, [{ $set: { b: '$a' } }])).toEqual({ _id: 9, a: 1, b: 1 });
});

test('$setOnInsert is idle when nothing is inserted', () => {
  expect(updated({ a: 1 }, { $setOnInsert: { b: 1, 'a.c': 1 } })).toEqual({ a: 1 });
});

test.each([
  ['an unknown operator', {}, { $bogus: { a: 1 } }, 9],
  ['an operator outside the subset', {}, { $bit: { a: { and: 1 } } }, 9],
  ['operators and fields together', {}, { $set: { a: 1 }, b: 1 }, 9],
  ['an operator without fields', {}, { $set: 1 }, 9],
  ['an empty name', {}, { $set: { 'a..b': 1 } }, 56],
  ['a name with a dollar', {}, { $set: { $a: 1 } }, 52],
  ['a replacement with a dollar', {}, { a: 1, $b: 1 }, 52],
  ['the same path twice', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a path and one below', {}, { $set: { a: 1 }, $inc: { 'a.b': 1 } }, 40],
  ['another _id', { _id: 1 }, { $set: { _id: 2 } }, 66],
  ['no _id', { _id: 1 }, { $unset: { _id: '' } }, 66],
  ['a field below a scalar', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
  ['a field below null', { a: null }, { $set: { 'a.b': 1 } }, 28],
  ['a name in an array', { a: [] }, { $set: { 'a.b': 1 } }, 28],
  ['far too many nulls', { a: [] }, { $set: { 'a.1500001': 1 } }, 34],
  ['$inc by a text', {}, { $inc: { a: 'x' } }, 14],
  ['$inc of a text', { a: 'x' }, { $inc: { a: 1 } }, 14],
  ['$push to a scalar', { a: 1 }, { $push: { a: 1 } }, 2],
  ['$push of no list', {}, { $push: { a: { $each: 1 } } }, 2],
  ['$push with an unknown clause', {}, { $push: { a: { $each: [], $bogus: 1 } } }, 2],
  ['$push with a slice of a half', {}, { $push: { a: { $each: [], $slice: 0.5 } } }, 2],
  ['$push with a sort by 2', {}, { $push: { a: { $each: [], $sort: 2 } } }, 2],
  ['$addToSet to a scalar', { a: 1 }, { $addToSet: { a: 1 } }, 2],
  ['$addToSet of no list', {}, { $addToSet: { a: { $each: 1 } } }, 14],
  ['$pull from a scalar', { a: 1 }, { $pull: { a: 1 } }, 2],
  ['$pullAll of no list', {}, { $pullAll: { a: 1 } }, 2],
  ['$pop of a scalar', { a: 1 }, { $pop: { a: 1 } }, 14],
  ['$pop by 2', {}, { $pop: { a: 2 } }, 9],
  ['$rename to itself', {}, { $rename: { a: 'a' } }, 2],
  ['$rename to no name', {}, { $rename: { a: 1 } }, 2],
  ['$rename to a name with a null byte', {}, { $rename: { a: 'b\0' } }, 2],
  ['$rename out of an array', { a: [1] }, { $rename: { 'a.0': 'b' } }, 2],
  ['$rename into an array', { a: 1, b: [1] }, { $rename: { a: 'b.0' } }, 2],
  ['$currentDate of a number', {}, { $currentDate: { a: 1 } }, 2],
  ['$ without a match', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
  ['$ at the start', {}, { $set: { $: 1 } }, 2],
  ['two $', {}, { $set: { 'a.$.b.$': 1 } }, 2],
  ['$[] where there is nothing', {}, { $set: { 'a.$[]': 1 } }, 2],
  ['$[] where there is no array', { a: 1 }, { $set: { 'a.$[]': 1 } }, 2],
  ['an identifier nobody knows', { a: [] }, { $set: { 'a.$[e]': 1 } }, 2],
])('%s is refused', (_, given, update, code) => {
  expect(refusal(given, update)).toBe(code);
});

test('array filters are all used, each with one name', () => {
  const set = { $set: { 'a.$[e]': 1 } };
  expect(refusal({ a: [] }, { $set: { a: 1 } }, { arrayFilters: [{ e: 1 }] })).toBe(9);
  expect(refusal({ a: [] }, set, { arrayFilters: [{ e: 1, f: 1 }] })).toBe(9);
  expect(refusal({ a: [] }, set, { arrayFilters: [{ e: 1 }, { e: 2 }] })).toBe(9);
  expect(refusal({ a: [] }, set, { arrayFilters: [{}] })).toBe(9);
  expect(refusal({ a: [] }, set, { arrayFilters: [{ E: 1 }] })).toBe(2);
  expect(refusal({ a: [] }, { b: 1 }, { arrayFilters: [{ e: 1 }] })).toBe(9);
});

test('an upsert may not be told two things of one path', () => {
  expect(codeOf(() => inserted({ a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } }))).toBe(54);
  expect(codeOf(() => inserted({ a: { x: 1 }, 'a.x': 2 }, { $set: { b: 1 } }))).toBe(54);
  expect(codeOf(() => inserted({ _id: 1 }, { $set: { _id: 2 } }))).toBe(66);
});

test('stages that make no single document are no update', () => {
  expect(refusal({}, [{ $match: {} }])).toBe(72);
});
