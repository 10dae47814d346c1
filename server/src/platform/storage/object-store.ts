import type { Readable } from 'node:stream';

/** Bytes from `from` up to, not including, `to`; as far as there are any. */
export type ByteRange = { from: number; to: number };

/** An object that comes in parts; `token` names it in the store, also after a restart. */
export type PartsUpload = { key: string; token: string };
/** `index` from 0 and `offset` in bytes are those of the part within the object. Every part but the last has 5 MiB or more. */
export type Part = { index: number; offset: number; bytes: Uint8Array };

/**
 * Where encrypted bytes lie: S3 or a folder. It knows nothing of what they are. A key is a path of `[\w.-]` parts. What
 * has resolved is durable; an object is visible whole or not at all.
 */
export type ObjectStore = {
  /** Writes or replaces an object. */
  put(key: string, bytes: Uint8Array | Readable): Promise<void>;
  startParts(key: string): Promise<PartsUpload>;
  /**
   * Answers a receipt that `completeParts` wants. The same part may be put again, by as many bytes: the newest receipt
   * counts. @throws ObjectMissing where the upload is there no longer.
   */
  putPart(upload: PartsUpload, part: Part): Promise<string>;
  /**
   * Makes the object visible. `receipts` are in order, one for each part. Completing again what is complete does nothing.
   * @throws ObjectMissing where the upload is there no longer, and any other error where parts are left out.
   */
  completeParts(upload: PartsUpload, receipts: readonly string[]): Promise<void>;
  /** Forgets the parts; also of what is not there any longer. */
  abandonParts(upload: PartsUpload): Promise<void>;
  /** `size` is that of the whole object; the chunks of `body` are the reader's alone. @throws ObjectMissing */
  read(key: string, range?: ByteRange): Promise<{ size: number; body: Readable }>;
  /** Null where there is none. */
  sizeOf(key: string): Promise<number | null>;
  /** Also of what is not there any longer. */
  remove(key: string): Promise<void>;
  /** Objects whose keys start with the prefix, by key. */
  list(prefix: string): AsyncIterable<{ key: string; size: number; modifiedAt: Date }>;
  /** Parts of uploads that were started before this moment and neither completed nor abandoned. */
  openParts(before: Date): AsyncIterable<PartsUpload>;
  /** An address at which anybody can read the object for so many seconds; null where the store gives none (a folder). */
  linkTo(key: string, seconds: number): Promise<string | null>;
  close(): Promise<void>;
};

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing';
}
/** The store does not answer, or has no room: what was asked may work later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
