import { Buffer } from 'node:buffer';

const USUAL = 1 << 16;
const LARGE = 1 << 20;

/**
 * Writes into one buffer that grows and is used again, since writing is synchronous. `reserve` comes first, in a statement
 * of its own: it may replace `bytes` and `view`.
 */
export class ByteWriter {
  at = 0;
  protected bytes = Buffer.allocUnsafeSlow(USUAL);
  protected view = new DataView(this.bytes.buffer);

  /** A copy of what was written. */
  finish(): Buffer<ArrayBuffer> {
    const copy = Buffer.allocUnsafe(this.at);
    this.bytes.copy(copy, 0, 0, this.at);
    if (this.bytes.length > LARGE) this.#use(Buffer.allocUnsafeSlow(USUAL));
    return copy;
  }

  protected raw(content: Uint8Array): void {
    const from = this.reserve(content.length);
    this.bytes.set(content, from);
  }

  protected byte(value: number): void {
    const from = this.reserve(1);
    this.bytes[from] = value;
  }

  protected reserve(length: number): number {
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.at, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, from);
      this.#use(grown);
    }
    return from;
  }

  #use(bytes: Buffer<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
