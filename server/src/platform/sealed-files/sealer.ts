import { createCipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { release } from '../release.ts';
import {
  algorithm,
  headerBytes,
  headerOf,
  nonceOf,
  partOffset,
  partSegments,
  passKey,
  plainPartBytes,
  saltBytes,
  sealedSegmentBytes,
  segmentBytes,
  tagBytes,
} from './layout.ts';
import type { FileIdentity, Pass } from './stored-file.ts';

/** A part of an object, ready to be stored: `index` from 0 and `offset` are those within the object. */
export type SealedPart = { index: number; offset: number; bytes: Uint8Array; plainBytes: number };
/** Whole segments that are no part yet, with the salt in front: how an interrupted upload keeps them. */
export type SealedTail = { part: number; bytes: Uint8Array; plainBytes: number };

/** `salt` is never used again, nor for two sealers: each begins a pass of its own. See `newSalt`. */
type Options = { key: Uint8Array; identity: FileIdentity } & Pass;

/** The salt of a new pass. */
export const newSalt = (): Buffer => randomBytes(saltBytes);

/** Most files are small: the first buffer of a pass has room for so many segments only. */
const fewSegments = 4;

/**
 * Seals a file from the beginning of a part on, in one pass. Plain bytes go in as they come; parts of 8 MiB come out. The
 * last segment carries a flag, so a segment that is full waits for the byte that follows it, or for the end.
 */
export class Sealer {
  readonly #key: KeyObject;
  readonly #header: Buffer;
  readonly #salt: Uint8Array;
  #part: number;
  /** Segments of the part under way that are sealed. */
  #sealed = 0;
  /** What is sealed of the part under way, with what stands in front. */
  #bytes: Buffer | null = null;
  #length = 0;
  /** The segment that is being filled. */
  readonly #held = Buffer.allocUnsafeSlow(segmentBytes);
  #heldBytes = 0;
  /** Of parts that are stored. */
  readonly #spare: Buffer[] = [];
  #isFinished = false;

  constructor({ key, identity, salt, fromPart }: Options) {
    this.#header = headerOf(identity);
    this.#salt = salt;
    this.#part = fromPart;
    this.#key = passKey(key, { fromPart, salt });
  }

  /** Takes bytes, copying what it does not seal at once; answers the parts that they filled. */
  push(chunk: Uint8Array): SealedPart[] {
    this.#refuseAfterEnd();
    const parts: SealedPart[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#heldBytes === segmentBytes) this.#sealHeld(parts);
      if (this.#heldBytes === 0 && chunk.length - at > segmentBytes) {
        this.#seal(chunk.subarray(at, at + segmentBytes), parts);
        at += segmentBytes;
      } else {
        const taken = Math.min(segmentBytes - this.#heldBytes, chunk.length - at);
        this.#held.set(chunk.subarray(at, at + taken), this.#heldBytes);
        this.#heldBytes += taken;
        at += taken;
      }
    }
    return parts;
  }

  /** The part is stored and nobody looks at its bytes any more: another one is sealed in their place. Who never says so only costs memory. */
  reuse({ bytes }: Pick<SealedPart, 'bytes'>): void {
    const spare = Buffer.from(bytes.buffer);
    if (this.#isFinished || spare.length < plainPartBytes) release(spare);
    else this.#spare.push(spare);
  }

  /** The last part. Nothing can be pushed any more. */
  finish(): SealedPart {
    this.#refuseAfterEnd();
    this.#isFinished = true;
    this.#append(this.#held.subarray(0, this.#heldBytes), true);
    [this.#held, ...this.#spare].forEach(release);
    return this.#takePart(this.#sealed * segmentBytes + this.#heldBytes);
  }

  /** Null where no whole segment waits. It changes nothing: the pass goes on, and seals these segments the same. */
  tail(): SealedTail | null {
    this.#refuseAfterEnd();
    const isFull = this.#heldBytes === segmentBytes;
    const segments = this.#sealed + (isFull ? 1 : 0);
    if (segments === 0) return null;
    const sealed = this.#bytes?.subarray(this.#frontBytes(), this.#length) ?? [];
    const bytes = Buffer.allocUnsafe(saltBytes + segments * sealedSegmentBytes);
    bytes.set(this.#salt, 0);
    bytes.set(sealed, saltBytes);
    if (isFull) this.#write(this.#held, { into: bytes, at: saltBytes + sealed.length, isLast: false });
    return { part: this.#part, bytes, plainBytes: segments * segmentBytes };
  }

  /** What is behind the tail: plain, and less than a segment. */
  rest(): Uint8Array {
    this.#refuseAfterEnd();
    return this.#held.subarray(0, this.#heldBytes === segmentBytes ? 0 : this.#heldBytes);
  }

  #sealHeld(parts: SealedPart[]): void {
    this.#seal(this.#held, parts);
    this.#heldBytes = 0;
  }

  /** Seals a segment that another one follows. */
  #seal(plain: Uint8Array, parts: SealedPart[]): void {
    this.#append(plain, false);
    this.#sealed++;
    if (this.#sealed < partSegments) return;
    parts.push(this.#takePart(plainPartBytes));
    this.#part++;
    this.#sealed = 0;
  }

  #append(plain: Uint8Array, isLast: boolean): void {
    const into = this.#roomFor(plain.length + tagBytes, isLast);
    this.#length = this.#write(plain, { into, at: this.#length, isLast });
  }

  /** Seals the segment that is next and answers where it ends. */
  #write(plain: Uint8Array, { into, at, isLast }: { into: Buffer; at: number; isLast: boolean }): number {
    const nonce = nonceOf(this.#part * partSegments + this.#sealed, isLast);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(this.#header);
    const encrypted = cipher.update(plain);
    into.set(encrypted, at);
    release(encrypted);
    // GCM is a stream: nothing is left, but the tag is there only now.
    cipher.final();
    const end = at + plain.length;
    const tag = cipher.getAuthTag();
    into.set(tag, end);
    return end + tag.length;
  }

  /** A buffer with room for one more segment of so many bytes. */
  #roomFor(sealedBytes: number, isLast: boolean): Buffer {
    const front = this.#frontBytes();
    if (this.#bytes === null) {
      const sealed = (this.#part === 0 ? fewSegments : partSegments) * sealedSegmentBytes;
      this.#bytes = this.#spare.pop() ?? Buffer.allocUnsafeSlow(front + (isLast ? sealedBytes : sealed));
      if (this.#part === 0) this.#header.copy(this.#bytes);
      this.#bytes.set(this.#salt, front - saltBytes);
      this.#length = front;
    } else if (this.#bytes.length - this.#length < sealedBytes) {
      const larger = Buffer.allocUnsafeSlow(front + partSegments * sealedSegmentBytes);
      this.#bytes.copy(larger, 0, 0, this.#length);
      release(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes;
  }

  #frontBytes(): number {
    return this.#part === 0 ? headerBytes + saltBytes : saltBytes;
  }

  #takePart(plainBytes: number): SealedPart {
    if (!this.#bytes) throw new Error('Nothing of this part is sealed.');
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = null;
    return { index: this.#part, offset: partOffset(this.#part), bytes, plainBytes };
  }

  #refuseAfterEnd(): void {
    if (this.#isFinished) throw new Error('This file is sealed to its end.');
  }
}
