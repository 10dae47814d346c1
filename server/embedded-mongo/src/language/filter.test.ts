import { Decimal128, Double, Long, MaxKey, MinKey, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, doc } from '../../test/documents.ts';
import { decodeDoc } from '../bson/decode.ts';
import { Int32, type Doc } from '../bson/value.ts';
import { compileFilter as compile, type Filter, type Position } from './filter.ts';

const compileFilter = (filter: Doc): Filter => compile(filter, { constants: new Map() });
const matches = (filter: Document, given: Document): boolean => compileFilter(doc(filter)).matches(doc(given));
const position = (filter: Document, given: Document): number | undefined => {
  const found: Position = { index: undefined };
  expect(compileFilter(doc(filter)).matches(doc(given), found)).toBe(true);
  return found.index;
};
const refusal = (filter: Document): number | undefined => codeOf(() => compileFilter(doc(filter)));

test('equality also looks into an array, one level deep', () => {
  expect([
    matches({ a: 1 }, { a: [2, 1] }),
    matches({ a: [2, 1] }, { a: [2, 1] }),
    matches({ a: [2] }, { a: [[2]] }),
    matches({ a: 1 }, { a: [[1]] }),
  ]).toEqual([true, true, true, false]);
});

test('numbers are compared by value, whatever their type', () => {
  expect([
    matches({ a: 1 }, { a: Long.fromNumber(1) }),
    matches({ a: new Double(1) }, { a: 1 }),
    matches({ a: Long.fromString('9007199254740993') }, { a: 9007199254740992 }),
  ]).toEqual([true, true, false]);
});

test('embedded documents are equal only with the same order of names', () => {
  expect([
    matches({ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }),
    matches({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }),
  ]).toEqual([true, false]);
});

test('null is also what is missing, but not an empty array or a scalar on the way in an array', () => {
  const cases: [Document, boolean][] = [
    [{}, true],
    [{ a: null }, true],
    [{ a: 1 }, true],
    [{ a: { b: null } }, true],
    [{ a: [] }, false],
    [{ a: [1] }, false],
    [{ a: [{}] }, true],
    [{ a: [1, { b: 1 }] }, false],
  ];
  expect(cases.map(([given]) => matches({ 'a.b': null }, given))).toEqual(cases.map(([, expected]) => expected));
});

test('null is also the deprecated type undefined', () => {
  const given = decodeDoc(Buffer.from('0800000006610000', 'hex'));
  expect(compileFilter(doc({ a: null })).matches(given)).toBe(true);
});

test('comparisons stay within a type', () => {
  expect([
    matches({ a: { $gt: 1 } }, { a: 'x' }),
    matches({ a: { $lt: 'x' } }, { a: 1 }),
    matches({ a: { $gte: null } }, {}),
    matches({ a: { $gt: null } }, {}),
    matches({ a: { $lt: new MaxKey() } }, { a: 'x' }),
    matches({ a: { $gt: new MinKey() } }, { a: null }),
  ]).toEqual([false, false, true, false, true, true]);
});

test('NaN equals itself and is neither above nor below anything', () => {
  const nan = { a: Number.NaN };
  expect([
    matches(nan, nan),
    matches({ a: { $gte: Number.NaN } }, nan),
    matches({ a: { $lt: 5 } }, nan),
    matches({ a: { $lte: Number.NaN } }, { a: 1 }),
  ]).toEqual([true, true, false, false]);
});

test('ranges on an array may be met by different elements, $elemMatch asks for one', () => {
  expect([
    matches({ a: { $gt: 5, $lt: 3 } }, { a: [1, 9] }),
    matches({ a: { $elemMatch: { $gt: 5, $lt: 3 } } }, { a: [1, 9] }),
  ]).toEqual([true, false]);
});

test('paths go through arrays, and a number names an element', () => {
  const given = {
    g: [
      { k: 'a', v: [1, 2] },
      { k: 'b', v: [3] },
    ],
  };
  expect([
    matches({ 'g.v': 3 }, given),
    matches({ 'g.0.v': 3 }, given),
    matches({ 'g.1.v': 3 }, given),
    matches({ 'g.1.v.0': 3 }, given),
    matches({ 'g.k': 'a', 'g.v': 3 }, given),
    matches({ g: { $elemMatch: { k: 'a', v: 3 } } }, given),
  ]).toEqual([true, false, true, true, true, false]);
});

test('$in holds regular expressions and null', () => {
  const filter = { s: { $in: [/^app/i, null, 3] } };
  expect([
    matches(filter, { s: 'Apple' }),
    matches(filter, {}),
    matches(filter, { s: ['x', 3] }),
    matches(filter, { s: 'x' }),
  ]).toEqual([true, true, true, false]);
});

test('negations are true where the condition is not', () => {
  expect([
    matches({ t: { $nin: ['y'] } }, { t: ['x', 'y'] }),
    matches({ t: { $ne: 'z' } }, {}),
    matches({ a: { $not: { $gt: 1 } } }, {}),
    matches({ a: { $not: /x/ } }, { a: 'x' }),
  ]).toEqual([false, true, true, false]);
});

test('$all, $size, $exists and $type', () => {
  expect([
    matches({ t: { $all: ['y', 'x'] } }, { t: ['x', 'y'] }),
    matches({ t: { $all: [] } }, { t: ['x'] }),
    matches({ t: { $size: 2 } }, { t: ['x', 'y'] }),
    matches({ 'a.b': { $exists: true } }, { a: [1] }),
    matches({ a: { $type: 'array' } }, { a: [] }),
    matches({ a: { $type: ['string', 'number'] } }, { a: [true, 1] }),
  ]).toEqual([true, false, true, false, true, true]);
});

test('$or, $nor, $and, $expr and $comment', () => {
  const filter = { $or: [{ a: 1 }, { a: 2 }], $nor: [{ t: 'x' }], $expr: { $lt: ['$a', '$b'] }, $comment: 'why' };
  expect([
    matches(filter, { a: 2, b: 3 }),
    matches(filter, { a: 2, b: 1 }),
    matches(filter, { a: 2, b: 3, t: 'x' }),
  ]).toEqual([true, false, false]);
});

test('the position is that of the element that matched', () => {
  expect(position({ a: 3 }, { a: [1, 3] })).toBe(1);
  expect(position({ 'g.k': 2 }, { g: [{ k: 1 }, { k: 2 }] })).toBe(1);
  expect(position({ 'g.k': 5 }, { g: [{ k: [1] }, { k: [4, 5] }] })).toBe(1);
  expect(position({ g: { $elemMatch: { k: { $gt: 1 } } } }, { g: [{ k: 1 }, { k: 2 }] })).toBe(1);
  expect(position({ a: { $ne: 9 } }, { a: [1, 3] })).toBeUndefined();
});

test('bounds name what every match has, and nothing of alternatives and negations', () => {
  const bounds = compileFilter(
    doc({
      a: 1,
      'b.c': { $gte: 2, $lt: 5 },
      $and: [{ 'b.c': { $gt: 3 } }],
      d: { $in: ['x', null] },
      e: [1],
      f: { $ne: 1 },
      $or: [{ g: 1 }],
      h: /x/,
    }),
  ).bounds();
  expect(bounds).toEqual(
    new Map<string, unknown>([
      ['a', { eq: new Int32(1) }],
      ['b.c', { gte: new Int32(2), lt: new Int32(5), gt: new Int32(3) }],
      ['d', { in: ['x', null] }],
    ]),
  );
});

test('the fields a filter reads are known, unless it reads all', () => {
  expect(compileFilter(doc({ 'a.b': 1, $or: [{ c: 1 }], $expr: '$d.e' })).fields).toEqual(new Set(['a', 'c', 'd']));
  expect(compileFilter(doc({ $expr: '$$ROOT' })).fields).toBeUndefined();
});

test('without the time of day there is no $expr', () => {
  expect(codeOf(() => compile(doc({ $expr: true })))).toBe(224);
});

test('$text is for the text index, at the top alone', () => {
  expect(compileFilter(doc({ $text: { $search: 'a -b' }, c: 1 })).text?.negatedTerms).toEqual(['b']);
  expect([
    refusal({ $or: [{ $text: { $search: 'a' } }] }),
    refusal({ $text: { $search: 'a', $language: 'german' } }),
    refusal({ $text: { $search: 1 } }),
  ]).toEqual([2, 2, 2]);
});

test('Decimal128 is never compared with other numbers', () => {
  const decimal = { a: Decimal128.fromString('1.0') };
  expect(matches(decimal, decimal)).toBe(true);
  expect(matches({ a: 'x' }, decimal)).toBe(false);
  expect(codeOf(() => matches({ a: 1 }, decimal))).toBe(115);
  expect(codeOf(() => matches(decimal, { a: 1 }))).toBe(115);
});

test.each([
  [{ $bogus: 1 }, 2],
  [{ a: { $bogus: 1 } }, 2],
  [{ a: { $gt: 1, b: 1 } }, 2],
  [{ $where: 'x' }, 2],
  [{ a: { $near: 1 } }, 2],
  [{ $and: [] }, 2],
  [{ $or: 1 }, 2],
  [{ $nor: [1] }, 2],
  [{ a: { $in: 1 } }, 2],
  [{ a: { $in: [{ $gt: 1 }] } }, 2],
  [{ a: { $gt: /x/ } }, 2],
  [{ a: { $ne: /x/ } }, 2],
  [{ a: { $not: 1 } }, 2],
  [{ a: { $not: {} } }, 2],
  [{ a: { $size: -1 } }, 2],
  [{ a: { $size: 1.5 } }, 2],
  [{ a: { $type: 'nope' } }, 2],
  [{ a: { $type: [] } }, 9],
  [{ a: { $type: true } }, 14],
  [{ a: { $all: 1 } }, 2],
  [{ a: { $elemMatch: 1 } }, 2],
  [{ a: { $regex: 1 } }, 2],
  [{ a: { $options: 'i' } }, 2],
  [{ a: { $regex: /a/i, $options: 'm' } }, 51075],
  [{ $expr: { $bogus: 1 } }, 168],
  [{ a: { $elemMatch: { $expr: true } } }, 2],
  [{ a: { $elemMatch: { $or: [{ $expr: true }] } } }, 2],
])('the filter %j is refused with %i', (filter, code) => {
  expect(refusal(filter)).toBe(code);
});
