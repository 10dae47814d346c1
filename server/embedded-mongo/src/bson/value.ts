import { Binary, BSONRegExp, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

export { Binary, BSONRegExp, Decimal128, MaxKey, MinKey, ObjectId, Timestamp };

/** A BSON int32. A JavaScript number is always a BSON double, a bigint always an int64. */
export class Int32 {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * What is stored and returned byte for byte but never computed with: the deprecated types, and dates that JavaScript
 * cannot hold. `bytes` is the element's value without type and name.
 */
export class Opaque {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Int32
  | Decimal128
  | Date
  | ObjectId
  | Binary
  | BSONRegExp
  | Timestamp
  | MinKey
  | MaxKey
  | Opaque
  | Value[]
  | Doc;

/** A document. A Map keeps the order of all keys, also of those that look like integers. */
export type Doc = Map<string, Value>;

/** MongoDB's limit for the nesting of a stored document, and the higher one for a command that carries such documents. */
export const STORED_DEPTH = 180;
export const COMMAND_DEPTH = 200;

export const isInt32 = (n: number): boolean => n === (n | 0);

const SMALL_FROM = -128;
const SMALL = Array.from({ length: 1280 }, (_, n) => new Int32(n + SMALL_FROM));

/** An Int32; the frequent ones are shared. */
export function int32(n: number): Int32 {
  const at = n - SMALL_FROM;
  return (at >= 0 && at < SMALL.length ? SMALL[at] : undefined) ?? new Int32(n);
}

/** Integers and doubles as a JavaScript number, `undefined` for everything else. An int64 beyond 2^53 is rounded. */
export function toNumber(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Int32) return value.value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** BSON type numbers and the names that `$type` knows them by. */
const TYPES: readonly (readonly [number, string])[] = [
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [127, 'maxKey'],
];
const NAME_OF_TYPE = new Map(TYPES);
export const TYPE_OF_NAME: ReadonlyMap<string, number> = new Map(TYPES.map(([type, name]) => [name, type]));

/** The BSON type number of a value; 0 for a missing one. */
export function typeNumber(value: Value | undefined): number {
  if (typeof value === 'string') return 2;
  if (typeof value === 'number') return 1;
  if (value === undefined) return 0;
  if (value === null) return 10;
  if (value instanceof Int32) return 16;
  if (value instanceof Map) return 3;
  if (Array.isArray(value)) return 4;
  if (typeof value === 'boolean') return 8;
  if (typeof value === 'bigint') return 18;
  if (value instanceof Date) return 9;
  if (value instanceof ObjectId) return 7;
  if (value instanceof Binary) return 5;
  if (value instanceof BSONRegExp) return 11;
  if (value instanceof Timestamp) return 17;
  if (value instanceof Decimal128) return 19;
  if (value instanceof MinKey) return -1;
  return value instanceof MaxKey ? 127 : value.type;
}

/** The name MongoDB's `$type` and its error messages use. */
export const typeName = (value: Value | undefined): string => NAME_OF_TYPE.get(typeNumber(value)) ?? 'missing';
