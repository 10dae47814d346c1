import { isUtf8 } from 'node:buffer';
import { maxDepth } from './limits.ts';

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const asciiEnd = 0x80;

/** Reads lib0's encoding byte by byte, and only what lib0 itself would write. Every method throws where that is not there. */
export class UpdateCursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('The update ends too early.');
    return byte;
  }

  /** A number below 2⁵³ in as few bytes as it takes. */
  varUint(): number {
    let byte = this.byte();
    if (byte < asciiEnd) return byte;
    let value = byte & 0x7f;
    for (let factor = 0x80; ; factor *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new Error('A number is too large.');
      if (byte === 0) throw new Error('A number is longer than it must be.');
      if (byte < asciiEnd) return value;
    }
  }

  skip(length: number): void {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error('The update ends too early.');
  }

  string(): string {
    const length = this.varUint();
    const from = this.at;
    this.skip(length);
    return text.decode(this.bytes.subarray(from, this.at));
  }

  /** Skips a string; returns how many UTF-16 units it has, which is what Yjs counts. */
  units(): number {
    const length = this.varUint();
    const from = this.at;
    this.skip(length);
    for (let at = from; at < this.at; at++) {
      if (this.#byteAt(at) >= asciiEnd) return this.#wideUnits(from);
    }
    return length;
  }

  /** Skips a JSON text; returns how deep its values are nested. */
  json(): number {
    return levels(JSON.parse(this.string()));
  }

  /** Skips a value as lib0's `any` writes it; returns how deep it is nested. */
  any(above = 0): number {
    if (above > maxDepth) throw new Error(`Values are nested deeper than ${maxDepth}.`);
    const kind = this.byte();
    switch (kind) {
      case 127: // undefined
      case 126: // null
      case 121: // false
      case 120: // true
        return above;
      case 125:
        return this.#skipVarInt(above);
      case 124:
        this.skip(4);
        return above;
      case 123:
        this.skip(8);
        return above;
      case 119:
        this.units();
        return above;
      case 118:
        return this.#object(above + 1);
      case 117:
        return this.#array(above + 1);
      case 116:
        this.skip(this.varUint());
        return above;
      default:
        // Among them 122, a BigInt: nobody's editor writes one, and JSON cannot say it.
        throw new Error('A value is of no known kind.');
    }
  }

  #object(above: number): number {
    let deepest = above;
    for (let left = this.varUint(); left > 0; left--) {
      // lib0 would set the prototype of what it reads.
      if (this.string() === '__proto__') throw new Error('A value has a forbidden name.');
      deepest = Math.max(deepest, this.any(above));
    }
    return deepest;
  }

  #array(above: number): number {
    let deepest = above;
    for (let left = this.varUint(); left > 0; left--) deepest = Math.max(deepest, this.any(above));
    return deepest;
  }

  #skipVarInt(above: number): number {
    const from = this.at;
    let byte = this.byte();
    while (byte >= asciiEnd) byte = this.byte();
    if (this.at - from > 8) throw new Error('A number is too large.');
    return above;
  }

  #wideUnits(from: number): number {
    if (!isUtf8(this.bytes.subarray(from, this.at))) throw new Error('A text is not UTF-8.');
    let units = 0;
    for (let at = from; at < this.at; at++) {
      const byte = this.#byteAt(at);
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
  }

  #byteAt(at: number): number {
    return this.bytes[at] ?? 0;
  }
}

function levels(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above > maxDepth) return above;
  let deepest = above + 1;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, levels(inner, above + 1));
  return deepest;
}
