import { Buffer } from 'node:buffer';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  typeName,
  type Doc,
  type Value,
} from '../bson/value.ts';
import { notSupported } from './errors.ts';

/** MongoDB's order of types: all numbers are one type; a missing value comes before null. */
export const ORDER = {
  minKey: 1,
  missing: 2,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  maxKey: 127,
} as const;

/** Where a value stands in the order of types. @throws for deprecated types, which are never computed with. */
export function typeOrder(value: Value | undefined): number {
  if (typeof value === 'string') return ORDER.string;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Int32) return ORDER.number;
  if (value === undefined) return ORDER.missing;
  if (value === null) return ORDER.null;
  if (value instanceof Map) return ORDER.object;
  if (Array.isArray(value)) return ORDER.array;
  if (typeof value === 'boolean') return ORDER.bool;
  if (value instanceof Date) return ORDER.date;
  if (value instanceof ObjectId) return ORDER.objectId;
  if (value instanceof Binary) return ORDER.binary;
  if (value instanceof BSONRegExp) return ORDER.regex;
  if (value instanceof Timestamp) return ORDER.timestamp;
  if (value instanceof Decimal128) return ORDER.number;
  if (value instanceof MinKey) return ORDER.minKey;
  if (value instanceof MaxKey) return ORDER.maxKey;
  throw notSupported(`Comparing a value of type ${typeName(value)}`);
}

/**
 * Below, equal or above zero, as MongoDB orders values of all types; `undefined` is a missing value.
 * @throws MongoError 115 where the answer would need decimal arithmetic or a deprecated type.
 */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (a instanceof Int32 && b instanceof Int32) return a.value - b.value;
  const order = typeOrder(a);
  const difference = order - typeOrder(b);
  return difference !== 0 ? difference : compareSameType(a, b, order);
}

/** Equality as MongoDB's comparison has it: 1, 1.0 and int64 1 are equal, documents with another key order are not. */
export const equalValues = (a: Value | undefined, b: Value | undefined): boolean => compareValues(a, b) === 0;

/** Compares two values for which `typeOrder` gave the same `order`. */
export function compareSameType(a: Value | undefined, b: Value | undefined, order: number): number {
  switch (order) {
    case ORDER.number:
      return compareNumbers(a, b);
    case ORDER.string:
      return compareStrings(a as string, b as string);
    case ORDER.object:
      return compareDocs(a as Doc, b as Doc);
    case ORDER.array:
      return compareArrays(a as Value[], b as Value[]);
    case ORDER.bool:
      return Number(a) - Number(b);
    case ORDER.date:
      return (a as Date).getTime() - (b as Date).getTime();
    case ORDER.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case ORDER.binary:
      return compareBinaries(a as Binary, b as Binary);
    case ORDER.timestamp: {
      const [x, y] = [unsigned(a as Timestamp), unsigned(b as Timestamp)];
      return x < y ? -1 : x > y ? 1 : 0;
    }
    case ORDER.regex: {
      const [x, y] = [a as BSONRegExp, b as BSONRegExp];
      return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options);
    }
    default:
      return 0;
  }
}

export const unsigned = (value: Timestamp): bigint => BigInt.asUintN(64, value.toBigInt());

/** By UTF-8 bytes, which is by code point: surrogates stand above all other UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let n = 0; n < length; n++) {
    const x = a.charCodeAt(n);
    const y = b.charCodeAt(n);
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);
  }
  return a.length - b.length;
}

const aboveSurrogates = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

function compareNumbers(a: Value | undefined, b: Value | undefined): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareDecimals(a, b);
  const x = a instanceof Int32 ? a.value : (a as number | bigint);
  const y = b instanceof Int32 ? b.value : (b as number | bigint);
  if (x < y) return -1;
  if (x > y) return 1;
  return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
}

function compareDecimals(a: Value | undefined, b: Value | undefined): number {
  if (a instanceof Decimal128 && b instanceof Decimal128 && Buffer.compare(a.bytes, b.bytes) === 0) return 0;
  throw notSupported('Comparing Decimal128');
}

function compareDocs(a: Doc, b: Doc): number {
  const others = b.entries();
  for (const [name, value] of a) {
    const next = others.next();
    if (next.done) return 1;
    const [otherName, other] = next.value;
    const order = typeOrder(value);
    const difference = order - typeOrder(other) || compareStrings(name, otherName);
    if (difference !== 0) return difference;
    const compared = compareSameType(value, other, order);
    if (compared !== 0) return compared;
  }
  return others.next().done ? 0 : -1;
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let n = 0; n < length; n++) {
    const compared = compareValues(a[n], b[n]);
    if (compared !== 0) return compared;
  }
  return a.length - b.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}
