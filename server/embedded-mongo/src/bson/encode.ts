import { Buffer } from 'node:buffer';
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

/** The BSON bytes of a document, in memory of their own. */
export function encodeDoc(doc: Doc): Buffer {
  writer.at = 0;
  writer.document(doc);
  const bytes = Buffer.allocUnsafeSlow(writer.at);
  writer.bytes.copy(bytes, 0, 0, writer.at);
  if (writer.bytes.length > 1 << 20) writer.shrink();
  return bytes;
}

/** Writes into one buffer that grows and is used again: encoding is synchronous, so one is enough. */
class Writer {
  at = 0;
  bytes = Buffer.allocUnsafeSlow(1 << 16);
  private view = new DataView(this.bytes.buffer);

  document(doc: Doc): void {
    const from = this.reserve(4);
    for (const [name, value] of doc) this.element(name, value);
    this.close(from);
  }

  shrink(): void {
    this.use(Buffer.allocUnsafeSlow(1 << 16));
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

  // In what follows `reserve` comes first, in a statement of its own: it may replace `bytes` and `view`.
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

  private raw(content: Uint8Array): void {
    const from = this.reserve(content.length);
    this.bytes.set(content, from);
  }

  private byte(value: number): void {
    const from = this.reserve(1);
    this.bytes[from] = value;
  }

  private reserve(length: number): number {
    const from = this.at;
    const needed = from + length;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, from);
      this.use(grown);
    }
    this.at = needed;
    return from;
  }

  private use(bytes: Buffer<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

const writer = new Writer();
