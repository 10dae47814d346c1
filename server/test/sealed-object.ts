import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { newId } from '../src/platform/new-id.ts';
import { plainPartBytes, withPass } from '../src/platform/sealed-files/layout.ts';
import { openSealed } from '../src/platform/sealed-files/open-sealed.ts';
import { newSalt, Sealer, type SealedPart } from '../src/platform/sealed-files/sealer.ts';
import type { FileIdentity, Pass } from '../src/platform/sealed-files/stored-file.ts';
import { openTail } from '../src/platform/sealed-files/tail.ts';
import type { ByteRange } from '../src/platform/storage/object-store.ts';

/** A sealed file in memory, with all that opens it. */
export type SealedObject = {
  key: Buffer;
  stored: FileIdentity & { passes: Pass[]; size: number };
  parts: readonly SealedPart[];
  bytes: Buffer;
};

type Making = Partial<FileIdentity> & {
  key?: Buffer;
  /** Sealer and its process are gone behind so many plain bytes, and another one goes on. In order. */
  interruptedAt?: readonly number[];
  /** How many bytes come at once. */
  chunkBytes?: (at: number) => number;
};

/** Seals as an upload does: pushes, keeps tails where it is interrupted, goes on with a new pass. */
export function aSealedObject(plain: Buffer, { key = randomBytes(32), ...making }: Making = {}): SealedObject {
  const { orgId = newId(), fileId = newId(), version = 1, interruptedAt = [], chunkBytes = () => 100_000 } = making;
  const identity = { orgId, fileId, version };
  const parts: SealedPart[] = [];
  let passes: Pass[] = [];
  let at = 0;
  let begun: Buffer = Buffer.alloc(0);
  for (const stop of [...interruptedAt, null]) {
    const pass = { fromPart: parts.length, salt: newSalt() };
    passes = withPass(passes, pass);
    const sealer = new Sealer({ key, identity, ...pass });
    parts.push(...sealer.push(begun));
    while (at < (stop ?? plain.length)) {
      const end = Math.min(at + chunkBytes(at), stop ?? plain.length);
      parts.push(...sealer.push(plain.subarray(at, end)));
      at = end;
    }
    if (stop === null) parts.push(sealer.finish());
    else {
      const tail = sealer.tail();
      begun = tail ? openTail(tail.bytes, { key, identity, pass, ...tail }) : Buffer.alloc(0);
      at = parts.length * plainPartBytes + begun.length;
    }
  }
  const stored = { ...identity, passes, size: plain.length };
  return { key, stored, parts, bytes: Buffer.concat(parts.map(({ bytes }) => bytes)) };
}

/** What leaves before it ends, and how it ends. `chunkBytes`: what the store gives at once. */
export async function opened(
  { key, stored, bytes }: Pick<SealedObject, 'key' | 'stored' | 'bytes'>,
  { range = null, chunkBytes = 65_536 }: { range?: ByteRange | null; chunkBytes?: number } = {},
): Promise<{ left: Buffer; error: unknown }> {
  const left: Buffer[] = [];
  const read = async ({ from, to }: ByteRange) => ({
    size: bytes.length,
    body: Readable.from(chunksOf(Buffer.from(bytes.subarray(from, to)), chunkBytes)),
  });
  try {
    for await (const chunk of openSealed({ key, stored }, range, read)) left.push(chunk);
    return { left: Buffer.concat(left), error: null };
  } catch (error) {
    return { left: Buffer.concat(left), error };
  }
}

function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
