import { Buffer } from 'node:buffer';
import { ByteWriter } from '../bson/byte-writer.ts';
import {
  Decimal128,
  Int32,
  type Binary,
  type BSONRegExp,
  type Doc,
  type ObjectId,
  type Timestamp,
  type Value,
} from '../bson/value.ts';
import { ORDER, typeOrder, unsigned } from './compare.ts';
import { notSupported } from './errors.ts';

/**
 * Bytes whose order is the order of `compareValues`, and which are equal exactly when the values are. No key is the
 * beginning of another, so the keys of several fields can be joined; `descending` turns the order round.
 * @throws MongoError 115 for Decimal128 and the deprecated types.
 */
export function encodeKey(value: Value | undefined, descending = false): Buffer {
  writer.at = 0;
  writer.value(value);
  const key = writer.finish();
  if (descending) for (let n = 0; n < key.length; n++) key[n] = ~(key[n] ?? 0);
  return key;
}

/** The key of an empty array's missing elements: below null. */
export function emptyArrayKey(descending = false): Buffer {
  return encodeKey(undefined, descending);
}

/** The first key above all keys that begin with `key`: the open end of a range. */
export function afterPrefix(key: Uint8Array): Buffer {
  const next = Buffer.from(key);
  for (let n = next.length - 1; n >= 0; n--) {
    const byte = next[n] ?? 0;
    if (byte < 0xff) {
      next[n] = byte + 1;
      return next.subarray(0, n + 1);
    }
  }
  return Buffer.from([0xff, 0xff]);
}

/** The range, closed and open, of all keys whose value is of the same type (in the sense of the order) as `value`. */
export function typeKeyRange(value: Value, descending = false): { from: Buffer; to: Buffer } {
  const prefix = Buffer.from([descending ? ~typeOrder(value) & 0xff : typeOrder(value)]);
  return { from: prefix, to: afterPrefix(prefix) };
}

const SAFE = 2 ** 53;

class KeyWriter extends ByteWriter {
  value(value: Value | undefined): void {
    const order = typeOrder(value);
    this.byte(order);
    this.content(value, order);
  }

  private content(value: Value | undefined, order: number): void {
    switch (order) {
      case ORDER.number:
        return this.number(value);
      case ORDER.string:
        return this.text(value as string);
      case ORDER.object:
        return this.document(value as Doc);
      case ORDER.array:
        for (const element of value as Value[]) this.value(element);
        return this.byte(0);
      case ORDER.binary: {
        const binary = value as Binary;
        const from = this.reserve(4);
        this.bytes.writeUInt32BE(binary.length(), from);
        this.byte(binary.sub_type);
        return this.raw(binary.value());
      }
      case ORDER.objectId:
        return this.raw((value as ObjectId).id);
      case ORDER.bool:
        return this.byte(value === true ? 1 : 0);
      case ORDER.date:
        this.long(BigInt.asUintN(64, BigInt((value as Date).getTime())) ^ (1n << 63n));
        return;
      case ORDER.timestamp:
        this.long(unsigned(value as Timestamp));
        return;
      case ORDER.regex:
        this.text((value as BSONRegExp).pattern);
        return this.text((value as BSONRegExp).options);
      default:
    }
  }

  private document(doc: Doc): void {
    for (const [name, value] of doc) {
      const order = typeOrder(value);
      this.byte(order);
      this.text(name);
      this.content(value, order);
    }
    this.byte(0);
  }

  /** The nearest double, its bits turned so that they order as bytes; where doubles are coarser than int64, the rest too. */
  private number(value: Value | undefined): void {
    if (value instanceof Decimal128) throw notSupported('Decimal128 in an index or as a group key');
    const exact = value instanceof Int32 ? value.value : (value as number | bigint);
    const near = Number(exact);
    const from = this.reserve(8);
    if (Number.isNaN(near)) {
      this.bytes.fill(0, from, from + 8);
      return;
    }
    this.bytes.writeDoubleBE(near === 0 ? 0 : near, from);
    const negative = near < 0;
    for (let n = from; n < from + 8; n++)
      this.bytes[n] = (this.bytes[n] ?? 0) ^ (negative ? 0xff : n === from ? 0x80 : 0);
    if (Math.abs(near) < SAFE) return;
    const rest = typeof exact === 'bigint' ? Number(exact - BigInt(near)) : 0;
    this.short(rest + 0x8000);
  }

  /** Zero bytes are escaped, so that the end mark stands below every continuation. */
  private text(text: string): void {
    for (const [n, part] of (text.includes('\0') ? text.split('\0') : [text]).entries()) {
      if (n > 0) this.short(0x00ff);
      const from = this.reserve(Buffer.byteLength(part));
      this.bytes.write(part, from, 'utf8');
    }
    this.short(0x0001);
  }

  private short(value: number): void {
    const from = this.reserve(2);
    this.view.setUint16(from, value);
  }

  private long(value: bigint): void {
    const from = this.reserve(8);
    this.view.setBigUint64(from, value);
  }
}

const writer = new KeyWriter();
