import {
  Binary,
  BSONRegExp,
  Decimal128,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from '../bson/value.ts';
import { expect, test } from 'vitest';
import { codeOf } from '../../test/documents.ts';
import { Random } from '../../test/fuzz/random.ts';
import { value } from '../../test/fuzz/values.ts';
import { compareValues } from './compare.ts';
import { afterPrefix, emptyArrayKey, encodeKey, typeKeyRange } from './key.ts';
import { ValueMap } from './value-map.ts';

const d = (...entries: [string, Value][]): Value => new Map(entries);

/** Each value is below the next; those in one list are equal. */
const ORDER: (Value | undefined)[][] = [
  [new MinKey()],
  [undefined],
  [null],
  [Number.NaN],
  [Number.NEGATIVE_INFINITY],
  [-9223372036854775808n, -9223372036854775808],
  [-9223372036854775807n],
  [-1.5],
  [new Int32(-1), -1, -1n],
  [new Int32(0), 0, -0, 0n],
  [5e-324],
  [new Int32(1), 1, 1n],
  [9007199254740992, 9007199254740992n],
  [9007199254740993n],
  [9007199254740994, 9007199254740994n],
  [9223372036854775807n],
  [9223372036854775808],
  [Number.POSITIVE_INFINITY],
  [''],
  ['\0'],
  ['\0a'],
  ['a'],
  ['a\0'],
  ['a\0b'],
  ['ab'],
  ['b'],
  ['ä'],
  ['\uffee'],
  ['😀'],
  [d()],
  [d(['b', null])],
  [d(['a', new Int32(1)]), d(['a', 1])],
  [d(['a', new Int32(1)], ['b', null])],
  [d(['a', new Int32(2)])],
  [d(['b', new Int32(1)])],
  [d(['a', ''])],
  [[]],
  [[null]],
  [[new Int32(1)], [1n]],
  [[new Int32(1), new Int32(1)]],
  [[new Int32(2)]],
  [['a']],
  [[[]]],
  [new Binary(Uint8Array.of(), 0)],
  [new Binary(Uint8Array.of(9), 0)],
  [new Binary(Uint8Array.of(1), 4)],
  [new Binary(Uint8Array.of(0, 0), 0)],
  [new ObjectId('650000000000000000000001')],
  [new ObjectId('650000000000000000000002')],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Timestamp({ t: 1, i: 2 })],
  [new Timestamp({ t: 0xffffffff, i: 1 })],
  [new BSONRegExp('a', '')],
  [new BSONRegExp('a', 'i')],
  [new BSONRegExp('b', '')],
  [new MaxKey()],
];

const pairs = ORDER.flatMap((equal, n) => equal.map((one) => [n, one] as const));

test('values of all types stand in the order of MongoDB', () => {
  for (const [n, a] of pairs) for (const [m, b] of pairs) expect(Math.sign(compareValues(a, b))).toBe(Math.sign(n - m));
});

test('keys stand in the same order as their values, and turned round in the opposite', () => {
  for (const [n, a] of pairs)
    for (const [m, b] of pairs) {
      expect(Math.sign(encodeKey(a).compare(encodeKey(b)))).toBe(Math.sign(n - m));
      expect(Math.sign(encodeKey(a, true).compare(encodeKey(b, true)))).toBe(Math.sign(m - n) || 0);
    }
});

test('keys of random values stand in the order of the values, also when joined with others', () => {
  const random = new Random(1);
  const values = Array.from({ length: 400 }, () => value(random, 3));
  for (const a of values)
    for (const b of values.slice(0, 40)) {
      const compared = Math.sign(compareValues(a, b));
      const signs = [false, true].flatMap((descending) => {
        const joined = (first: Value) => Buffer.concat([encodeKey(first, descending), encodeKey('z')]);
        return [encodeKey(a, descending).compare(encodeKey(b, descending)), joined(a).compare(joined(b))].map(
          Math.sign,
        );
      });
      expect(signs).toEqual([compared, compared, 0 - compared, 0 - compared]);
    }
});

test('an empty array has a key below null', () => {
  expect(emptyArrayKey().compare(encodeKey(null))).toBeLessThan(0);
  expect(emptyArrayKey(true).compare(encodeKey(null, true))).toBeGreaterThan(0);
});

test('the range of a type holds its values and no others', () => {
  for (const descending of [false, true]) {
    const { from, to } = typeKeyRange('x', descending);
    const inside = (given: Value) => {
      const key = encodeKey(given, descending);
      return key.compare(from) >= 0 && key.compare(to) < 0;
    };
    expect([inside(''), inside('\uffff😀'), inside(5), inside(new Map()), inside(new MaxKey())]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  }
  expect(afterPrefix(Uint8Array.of(1, 0xff))).toEqual(Buffer.from([2]));
});

test('Decimal128 is refused wherever its value would matter, and equals itself', () => {
  const decimal = Decimal128.fromString('1.0');
  expect(compareValues(decimal, Decimal128.fromString('1.0'))).toBe(0);
  expect(compareValues(decimal, 'a')).toBeLessThan(0);
  expect(codeOf(() => compareValues(decimal, new Int32(1)))).toBe(115);
  expect(codeOf(() => compareValues(decimal, Decimal128.fromString('1.00')))).toBe(115);
  expect(codeOf(() => encodeKey(decimal))).toBe(115);
});

test('a map by value finds equal keys of other types', () => {
  const map = new ValueMap<string>();
  for (const [n, equal] of ORDER.entries()) map.set(equal[0], `${n}`);
  for (const [n, one] of pairs) expect(map.get(one)).toBe(`${n}`);
});
