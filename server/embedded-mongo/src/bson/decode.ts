import { Buffer, isUtf8 } from 'node:buffer';
import { MongoError, overflow } from '../language/errors.ts';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  int32,
  MaxKey,
  MinKey,
  ObjectId,
  Opaque,
  STORED_DEPTH,
  Timestamp,
  type Doc,
  type Value,
} from './value.ts';

type DecodeOptions = {
  /** Names of the top-level fields that are wanted; the others are skipped unread. */
  only?: ReadonlySet<string> | undefined;
  /** Keeps the others as their bytes, which are shared, so that the document can be encoded again without reading them. */
  keepOthers?: boolean;
  /** How deep documents and arrays may nest. */
  depth?: number;
};

const scratch = new Uint8Array(8);
const asDouble = new Float64Array(scratch.buffer);
const asLong = new BigInt64Array(scratch.buffer);

const corrupt = (why: string) => new MongoError(22, 'InvalidBSON', `invalid BSON: ${why}`);

/** The same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Decodes one whole document. Refuses what a Map could not give back (a field name twice, text that is not UTF-8), so
 * that reading and writing again never changes what is stored. Values share no memory with `bytes`, unless that is asked for.
 * @throws MongoError 22 for malformed bytes, 15 for too deep nesting.
 */
export function decodeDoc(bytes: Uint8Array, options: DecodeOptions = {}): Doc {
  const buffer = asBuffer(bytes);
  const reader = new Reader(buffer);
  const doc = reader.document(options.depth ?? STORED_DEPTH, options);
  if (reader.at !== buffer.length) throw corrupt('bytes after the end of the document');
  return doc;
}

class Reader {
  at = 0;
  private readonly b: Buffer;

  constructor(buffer: Buffer) {
    this.b = buffer;
  }

  document(depth: number, { only, keepOthers }: DecodeOptions = {}): Doc {
    const end = this.open(depth);
    const doc: Doc = new Map();
    let fields = 0;
    for (let type = this.byte(); type !== 0; type = this.byte()) {
      const name = this.name();
      const isWanted = !only || only.has(name);
      if (isWanted) doc.set(name, this.value(type, depth));
      else if (keepOthers) doc.set(name, new Opaque(type, this.skipped(type)));
      else this.skip(type);
      if (isWanted || keepOthers) fields++;
    }
    if (this.at !== end) throw corrupt('a document of another length than it says');
    if (doc.size !== fields) throw corrupt('a field name that occurs twice');
    return doc;
  }

  private array(depth: number): Value[] {
    const end = this.open(depth);
    const array: Value[] = [];
    for (let type = this.byte(); type !== 0; type = this.byte()) {
      while (this.b[this.at++] !== 0) if (this.at >= end) throw corrupt('an unfinished name');
      array.push(this.value(type, depth));
    }
    if (this.at !== end) throw corrupt('an array of another length than it says');
    return array;
  }

  private open(depth: number): number {
    if (depth <= 0) throw overflow('the document exceeds the maximum number of levels of nesting');
    const end = this.at + this.int();
    if (end > this.b.length || end < this.at + 1) throw corrupt('a document longer than its bytes');
    return end;
  }

  private value(type: number, depth: number): Value {
    switch (type) {
      case 1:
        this.eight();
        return asDouble[0] ?? 0;
      case 2:
        return this.string();
      case 3:
        return this.document(depth - 1);
      case 4:
        return this.array(depth - 1);
      case 5:
        return this.binary();
      case 7:
        return new ObjectId(this.take(12));
      case 8: {
        const flag = this.byte();
        if (flag > 1) throw corrupt('a boolean that is neither true nor false');
        return flag === 1;
      }
      case 9:
        return this.date();
      case 10:
        return null;
      case 11:
        return this.regex();
      case 16:
        return int32(this.int());
      case 17:
        this.eight();
        return new Timestamp(BigInt.asUintN(64, asLong[0] ?? 0n));
      case 18:
        this.eight();
        return asLong[0] ?? 0n;
      case 19:
        return new Decimal128(new Uint8Array(this.take(16)));
      case 0xff:
        return new MinKey();
      case 0x7f:
        return new MaxKey();
      default:
        return new Opaque(type, new Uint8Array(this.skipped(type)));
    }
  }

  private skipped(type: number): Buffer {
    const from = this.at;
    this.skip(type);
    return this.b.subarray(from, this.at);
  }

  private skip(type: number): void {
    switch (type) {
      case 6:
      case 10:
      case 0x7f:
      case 0xff:
        return;
      case 8:
        this.take(1);
        return;
      case 16:
        this.take(4);
        return;
      case 1:
      case 9:
      case 17:
      case 18:
        this.take(8);
        return;
      case 7:
        this.take(12);
        return;
      case 19:
        this.take(16);
        return;
      case 11:
        this.name();
        this.name();
        return;
      case 2:
      case 13:
      case 14:
        this.take(this.int());
        return;
      case 3:
      case 4:
      case 15:
        this.take(this.int() - 4);
        return;
      case 5:
        this.take(this.int() + 1);
        return;
      case 12:
        this.take(this.int() + 12);
        return;
      default:
        throw corrupt(`the unknown type ${type}`);
    }
  }

  private byte(): number {
    const value = this.b[this.at++];
    if (value === undefined) throw corrupt('too few bytes');
    return value;
  }

  private take(length: number): Buffer {
    const from = this.at;
    if (length < 0 || from + length > this.b.length) throw corrupt('too few bytes');
    this.at = from + length;
    return this.b.subarray(from, this.at);
  }

  private int(): number {
    const { b, at } = this;
    if (at + 4 > b.length) throw corrupt('too few bytes');
    this.at = at + 4;
    return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
  }

  private eight(): void {
    const { b, at } = this;
    if (at + 8 > b.length) throw corrupt('too few bytes');
    for (let n = 0; n < 8; n++) scratch[n] = b[at + n] ?? 0;
    this.at = at + 8;
  }

  private date(): Date | Opaque {
    this.eight();
    const date = new Date(Number(asLong[0] ?? 0n));
    return Number.isNaN(date.getTime()) ? new Opaque(9, scratch.slice()) : date;
  }

  /** The library's class takes known options alone, and sorts them. */
  private regex(): BSONRegExp | Opaque {
    const from = this.at;
    const pattern = this.name();
    const options = this.name();
    if (/^i?l?m?s?u?x?$/.test(options)) return new BSONRegExp(pattern, options);
    return new Opaque(11, new Uint8Array(this.b.subarray(from, this.at)));
  }

  private string(): string {
    const length = this.int();
    const from = this.at;
    if (length < 1 || from + length > this.b.length || this.b[from + length - 1] !== 0)
      throw corrupt('a broken string');
    this.at = from + length;
    return text(this.b, from, this.at - 1);
  }

  private binary(): Binary {
    const length = this.int();
    const subtype = this.byte();
    return new Binary(new Uint8Array(this.take(length)), subtype);
  }

  /** A zero-terminated string. Names repeat, so each is made once and found again by its bytes. */
  private name(): string {
    const { b, at } = this;
    let hash = 0;
    let end = at;
    for (let byte = b[end]; byte !== 0; byte = b[++end]) {
      if (byte === undefined) throw corrupt('an unfinished name');
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.at = end + 1;
    const slot = hash & 1023;
    const known = NAMES[slot];
    if (known && sameBytes(known.bytes, b, at, end)) return known.text;
    const name = text(b, at, end);
    if (end - at <= 64) NAMES[slot] = { bytes: new Uint8Array(b.subarray(at, end)), text: name };
    return name;
  }
}

const NAMES: ({ bytes: Uint8Array; text: string } | undefined)[] = Array.from({ length: 1024 }, () => undefined);

function sameBytes(known: Uint8Array, b: Buffer, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let n = 0; n < known.length; n++) if (known[n] !== b[from + n]) return false;
  return true;
}

function text(b: Buffer, from: number, to: number): string {
  const value = b.toString('utf8', from, to);
  if (value.includes('\uFFFD') && !isUtf8(b.subarray(from, to))) throw corrupt('text that is not UTF-8');
  return value;
}
