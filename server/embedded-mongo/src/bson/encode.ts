import type { Buffer } from 'node:buffer';
import { ByteWriter } from './byte-writer.ts';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Int32,
  ObjectId,
  Opaque,
  Timestamp,
  typeNumber,
  type Doc,
  type MaxKey,
  type MinKey,
  type Value,
} from './value.ts';

/** The BSON bytes of a document. */
export function encodeDoc(doc: Doc): Buffer {
  writer.at = 0;
  writer.document(doc);
  return writer.finish();
}

class Writer extends ByteWriter {
  document(doc: Doc): void {
    const from = this.reserve(4);
    for (const [name, value] of doc) this.element(name, value);
    this.close(from);
  }

  private array(values: readonly Value[]): void {
    const from = this.reserve(4);
    for (let n = 0; n < values.length; n++) this.element(String(n), values[n] ?? null);
    this.close(from);
  }

  private close(from: number): void {
    this.byte(0);
    this.view.setInt32(from, this.at - from, true);
  }

  private element(name: string, value: Value): void {
    const type = typeNumber(value);
    this.byte(type & 0xff);
    this.text(name);
    this.byte(0);
    if (typeof value === 'string') this.string(value);
    else if (value instanceof Int32) this.int(value.value);
    else if (typeof value === 'number') this.double(value);
    else if (value instanceof Map) this.document(value);
    else if (Array.isArray(value)) this.array(value);
    else if (value === null) return;
    else if (typeof value === 'boolean') this.byte(value ? 1 : 0);
    else if (typeof value === 'bigint') this.long(value);
    else if (value instanceof Date) this.long(BigInt(value.getTime()));
    else this.rare(value);
  }

  private rare(value: ObjectId | Binary | BSONRegExp | Timestamp | Decimal128 | MinKey | MaxKey | Opaque): void {
    if (value instanceof ObjectId) this.raw(value.id);
    else if (value instanceof Binary) {
      const content = value.value();
      this.int(content.length);
      this.byte(value.sub_type);
      this.raw(content);
    } else if (value instanceof BSONRegExp) {
      this.text(value.pattern);
      this.byte(0);
      this.text(value.options);
      this.byte(0);
    } else if (value instanceof Timestamp) this.long(value.toBigInt());
    else if (value instanceof Decimal128) this.raw(value.bytes);
    else if (value instanceof Opaque) this.raw(value.bytes);
  }

  private string(value: string): void {
    const from = this.reserve(4);
    this.text(value);
    this.byte(0);
    this.view.setInt32(from, this.at - from - 4, true);
  }

  private text(value: string): void {
    const { length } = value;
    const from = this.reserve(length * 3);
    const { bytes } = this;
    let n = 0;
    if (length <= 32)
      for (; n < length; n++) {
        const unit = value.charCodeAt(n);
        if (unit > 127) break;
        bytes[from + n] = unit;
      }
    this.at = from + (n === length ? n : bytes.write(value, from, 'utf8'));
  }

  private int(value: number): void {
    const from = this.reserve(4);
    this.view.setInt32(from, value, true);
  }

  private double(value: number): void {
    const from = this.reserve(8);
    this.view.setFloat64(from, value, true);
  }

  private long(value: bigint): void {
    const from = this.reserve(8);
    this.view.setBigInt64(from, value, true);
  }
}

const writer = new Writer();
