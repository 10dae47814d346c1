import { BSON, Binary, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { expect, test } from 'vitest';
import { codeOf, doc } from '../../test/documents.ts';
import { decodeDoc } from './decode.ts';
import { encodeDoc } from './encode.ts';
import { Int32, Opaque, type Doc, type Value } from './value.ts';

const everything = {
  _id: new ObjectId(),
  text: 'añ漢😀',
  long: Long.fromString('9007199254740993'),
  double: 1.5,
  whole: new Double(3),
  int: -7,
  decimal: Decimal128.fromString('0.1000'),
  yes: true,
  nothing: null,
  at: new Date(-1),
  regex: /^a.b/i,
  bytes: new Binary(Buffer.from([0, 1, 255])),
  uuid: new UUID(),
  list: [1, [2, { x: 3 }], []],
  nested: { a: { b: {} } },
  stamp: new Timestamp({ t: 5, i: 1 }),
  code: new Code('x'),
  scoped: new Code('x', { a: 1 }),
  min: new MinKey(),
  max: new MaxKey(),
  '': 'an empty name',
  '10': 'a number before',
  '2': 'another number',
};

test('every type is given back byte for byte', () => {
  const bytes = Buffer.from(BSON.serialize(everything));
  expect(encodeDoc(decodeDoc(bytes)).equals(bytes)).toBe(true);
});

test('int32, int64 and double stay apart', () => {
  const decoded = doc({ a: 1, b: Long.fromNumber(1), c: new Double(1) });
  expect([decoded.get('a'), decoded.get('b'), decoded.get('c')]).toEqual([new Int32(1), 1n, 1]);
});

test('names that are numbers keep their place', () => {
  const bytes = encodeDoc(
    new Map([
      ['b', null],
      ['2', null],
      ['1', null],
    ]),
  );
  expect([...decodeDoc(bytes).keys()]).toEqual(['b', '2', '1']);
});

test('dates that JavaScript cannot hold are kept as they are', () => {
  const bytes = Buffer.from('10000000096400ffffffffffffff7f00', 'hex');
  const date = decodeDoc(bytes).get('d');
  expect(date).toBeInstanceOf(Opaque);
  expect(encodeDoc(new Map([['d', date ?? null]])).equals(bytes)).toBe(true);
});

test('a regular expression with options that nobody knows is kept as it is', () => {
  const bytes = Buffer.from('0f0000000b7200612e62007a690000', 'hex');
  expect(encodeDoc(decodeDoc(bytes)).equals(bytes)).toBe(true);
});

test('only the wanted fields are read', () => {
  const decoded = decodeDoc(BSON.serialize(everything), { only: new Set(['int', 'max']) });
  expect([...decoded.keys()]).toEqual(['int', 'max']);
});

test('fields that nobody reads are kept in bytes, and encoded as they were', () => {
  const bytes = Buffer.from(BSON.serialize(everything));
  const decoded = decodeDoc(bytes, { only: new Set(['int', 'list']), keepOthers: true });
  expect([decoded.get('int'), decoded.get('nested')]).toEqual([new Int32(-7), expect.any(Opaque)]);
  expect(encodeDoc(decoded).equals(bytes)).toBe(true);
  const twice = Buffer.from('170000000278000200000061000278000200000062000000', 'hex');
  expect(codeOf(() => decodeDoc(twice, { only: new Set(['y']), keepOthers: true }))).toBe(22);
});

test('a long text and a long list grow the buffer', () => {
  const given: Doc = new Map<string, Value>([
    ['s', 'ü'.repeat(200_000)],
    ['l', Array.from({ length: 5000 }, (_, n) => `${n}`)],
  ]);
  expect(decodeDoc(encodeDoc(given))).toEqual(given);
});

test('nesting beyond 180 levels is refused, also when it is very deep', () => {
  const nest = (levels: number) => {
    let bytes = Buffer.from('0500000000', 'hex');
    for (let n = 1; n < levels; n++) {
      const head = Buffer.from('00000000036100', 'hex');
      bytes = Buffer.concat([head, bytes, Buffer.from([0])]);
      bytes.writeInt32LE(bytes.length, 0);
    }
    return bytes;
  };
  expect(decodeDoc(nest(180)).size).toBe(1);
  expect(codeOf(() => decodeDoc(nest(181)))).toBe(15);
  expect(codeOf(() => decodeDoc(nest(10_000)))).toBe(15);
  expect(decodeDoc(nest(200), { depth: 200 }).size).toBe(1);
});

test.each([
  ['a length beyond the end', '060000000000'],
  ['a length too short', '0400000000'],
  ['a negative length', 'ffffffff00'],
  ['no end', '0c0000001061000100000010'],
  ['an unfinished name', '0800000010616161'],
  ['an unknown type', '080000006361000000'],
  ['a text that is not UTF-8', '0e00000002610002000000ff0000'],
  ['a text without its end', '0e0000000261000200000061610000'.slice(0, 28)],
  ['a boolean of 2', '09000000086100020000'.slice(0, 18)],
  ['a name twice', '13000000106100010000001061000200000000'],
  ['bytes behind the document', '050000000000'],
])('%s is no document', (_, hex) => {
  expect(codeOf(() => decodeDoc(Buffer.from(hex, 'hex')))).toBe(22);
});
