import { createHash, randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAtMost } from '../../platform/http/read-at-most.ts';
import type { Checkpoint } from './checkpoint.ts';

const longestAnswer = 64 * 1024;
const patienceMs = 10_000;

/**
 * Has checkpoints stamped by a time-stamp authority (RFC 3161 over HTTP), so that not even who holds the signing key can
 * make an earlier one afterwards. What is stamped is the line of the checkpoint; the answers are kept as base64 in
 * `<organisation>.tsr.jsonl`, for `openssl ts -verify`.
 */
export const timeStamping =
  ({ url, directory }: { url: string; directory: string }) =>
  async (checkpoint: Checkpoint): Promise<void> => {
    const line = JSON.stringify(checkpoint);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: timeStampQuery(createHash('sha256').update(line).digest()),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const reply = await readAtMost(answer, longestAnswer);
    if (!answer.ok || !reply || !isGranted(reply)) {
      throw new Error(`The time-stamp authority did not stamp a checkpoint (${answer.status}).`);
    }
    const kept = { checkpoint: line, reply: reply.toString('base64') };
    await appendFile(join(directory, `${checkpoint.orgId}.tsr.jsonl`), `${JSON.stringify(kept)}\n`, {
      mode: 0o600,
      flush: true,
    });
  };

/** TimeStampReq (RFC 3161, 2.4.1) in DER: version 1, SHA-256 of what is stamped, a nonce, certificates wanted. */
function timeStampQuery(digest: Buffer): Buffer<ArrayBuffer> {
  const sha256 = der(0x30, Buffer.from('0609608648016503040201', 'hex'), der(0x05));
  const imprint = der(0x30, sha256, der(0x04, digest));
  // The first bit decides the sign, the second keeps the number from losing its first byte.
  const nonce = Buffer.concat([Buffer.of(0x40), randomBytes(8)]);
  return der(0x30, der(0x02, Buffer.of(1)), imprint, der(0x02, nonce), der(0x01, Buffer.of(0xff)));
}

/** A value of DER (X.690) with its tag; none of ours is as long as 128 bytes. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer<ArrayBuffer> {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, value.length), value]);
}

/** Whether the first thing in a TimeStampResp is a status of "granted" (0) or "granted with modifications" (1). */
function isGranted(reply: Uint8Array): boolean {
  const body = contentOf(reply, 0x30);
  const status = body && contentOf(body, 0x30);
  const value = status && contentOf(status, 0x02);
  return value?.length === 1 && (value[0] ?? 2) <= 1;
}

/** What a DER value holds, where it has this tag; null where it has not. */
function contentOf(bytes: Uint8Array, tag: number): Uint8Array | null {
  const [first, length = 0] = bytes;
  if (first !== tag) return null;
  if (length < 0x80) return bytes.subarray(2, 2 + length);
  const size = length & 0x7f;
  const long = bytes.subarray(2, 2 + size).reduce((sum, byte) => sum * 256 + byte, 0);
  return bytes.subarray(2 + size, 2 + size + long);
}
