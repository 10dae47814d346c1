import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, doc, plain } from '../../test/documents.ts';
import { compileProjection } from './projection.ts';

const given = { _id: 1, n: { a: 1, b: 2 }, t: [1, 2, 3, 4], g: [{ k: 1 }, { k: 2, l: 1 }, 5, [{ k: 3 }]] };
const projected = (spec: Document, filter?: Document): Document =>
  plain(compileProjection(doc(spec), { constants: new Map(), ...(filter ? { filter: doc(filter) } : {}) })(doc(given)));
const refusal = (spec: Document, filter?: Document) => codeOf(() => projected(spec, filter));

test('inclusions keep the order of the document and the _id', () => {
  expect(Object.keys(projected({ t: 1, n: 1 }))).toEqual(['_id', 'n', 't']);
  expect(projected({ n: true, _id: 0 })).toEqual({ n: { a: 1, b: 2 } });
  expect(projected({ _id: 1 })).toEqual({ _id: 1 });
});

test('exclusions keep everything else', () => {
  expect(projected({ 'n.a': 0, t: 0, g: 0 })).toEqual({ _id: 1, n: { b: 2 } });
  expect(Object.keys(projected({ _id: 0 }))).toEqual(['n', 't', 'g']);
  expect(projected({ n: 0, t: 0, g: 0, _id: 1 })).toEqual({ _id: 1 });
});

test('paths go through arrays; scalars there are dropped by an inclusion, kept by an exclusion', () => {
  expect(projected({ 'g.k': 1 })).toEqual({ _id: 1, g: [{ k: 1 }, { k: 2 }, [{ k: 3 }]] });
  expect(projected({ g: { k: 0 }, n: 0, t: 0 })).toEqual({ _id: 1, g: [{}, { l: 1 }, 5, [{}]] });
});

test('values are computed, and missing ones left out', () => {
  expect(projected({ s: { $add: ['$n.a', '$n.b'] }, x: '$nope', y: 'text', z: null })).toEqual({
    _id: 1,
    s: 3,
    y: 'text',
    z: null,
  });
});

test('a computed field below an array makes documents of all its elements', () => {
  expect(projected({ 'g.z': { $literal: 9 }, 'g.k': 1 })['g']).toEqual([
    { k: 1, z: 9 },
    { k: 2, z: 9 },
    { z: 9 },
    [{ k: 3, z: 9 }],
  ]);
});

test('$slice leaves other fields, unless some are included', () => {
  expect(projected({ t: { $slice: [1, 2] } })).toEqual({ ...given, t: [2, 3] });
  expect(projected({ 'n.a': 1, t: { $slice: -1 } })).toEqual({ _id: 1, n: { a: 1 }, t: [4] });
  expect(projected({ t: { $slice: [-10, 2] } })['t']).toEqual([1, 2]);
});

test('$elemMatch gives the first element that matches, or no field', () => {
  expect(projected({ g: { $elemMatch: { k: { $gte: 2 } } } })).toEqual({ _id: 1, g: [{ k: 2, l: 1 }] });
  expect(projected({ t: { $elemMatch: { $gt: 9 } } })).toEqual({ _id: 1 });
});

test('the positional projection gives the element that the query matched', () => {
  expect(projected({ 'g.$': 1 }, { 'g.k': 2 })).toEqual({ _id: 1, g: [{ k: 2, l: 1 }] });
  expect(refusal({ 'g.$': 1 }, { _id: 1 })).toBe(51246);
});

test.each([
  [{ a: 1, b: 0 }, 31254],
  [{ a: 0, b: 1 }, 31253],
  [{ a: 0, b: { $add: [1] } }, 31252],
  [{ a: 0, b: '$a' }, 31310],
  [{ a: 1, 'a.b': 1 }, 31249],
  [{ 'a.b': 1, a: 1 }, 31250],
  [{ a: {} }, 51270],
  [{ '': 1 }, 40352],
  [{ 'a.': 1 }, 40353],
  [{ 'a..b': 1 }, 15998],
  [{ $a: 1 }, 16410],
  [{ a: { $bogus: 1 } }, 31325],
  [{ a: { $slice: [0, 0] } }, 28724],
  [{ a: { $elemMatch: 1 } }, 31274],
  [{ 'a.b': { $elemMatch: {} } }, 31275],
  [{ 'a.$': 1, 'b.$': 1 }, 31276],
  [{ a: { $meta: 'textScore' } }, 115],
])('the projection %j is refused with %i', (spec, code) => {
  expect(refusal(spec)).toBe(code);
});
