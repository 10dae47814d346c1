import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Up to here the browser's own SHA-256 is quicker; it wants all bytes at once, and a page with https. */
const atOnce = 8 * 1024 ** 2;
const slice = 4 * 1024 ** 2;

type Hashing = { onprogress?: (bytes: number) => void; signal?: AbortSignal };

/** The SHA-256 of a file, 64 hexadecimal digits, in memory that does not grow with it. Rejects where it cannot be read. */
export async function hashFile(file: Blob, { onprogress, signal }: Hashing = {}): Promise<string> {
  if (file.size <= atOnce && globalThis.crypto?.subtle !== undefined) {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    onprogress?.(file.size);
    return bytesToHex(new Uint8Array(digest));
  }
  const sum = sha256.create();
  for (let at = 0; at < file.size; at += slice) {
    signal?.throwIfAborted();
    sum.update(new Uint8Array(await file.slice(at, at + slice).arrayBuffer()));
    onprogress?.(Math.min(at + slice, file.size));
  }
  return bytesToHex(sum.digest());
}
