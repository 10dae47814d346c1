import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Written } from './manifest.ts';

/** So many bytes are gathered before they are written. */
const gathered = 1024 * 1024;

/** Writes a new file durably, for this account only, with the hash of what went in. @throws where it is there already. */
export async function writeChecked(
  path: string,
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
): Promise<Written> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let [waits, bytes] = [0, 0];
  async function flush(): Promise<void> {
    const block = Buffer.concat(waiting);
    await file.writeFile(block);
    [waiting, waits] = [[], 0];
  }
  try {
    for await (const chunk of chunks) {
      const piece = Buffer.from(chunk);
      hash.update(piece);
      waiting.push(piece);
      waits += piece.length;
      bytes += piece.length;
      if (waits >= gathered) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** @throws where the file is not what was written. */
export async function requireUnchanged(path: string, written: Written): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (cause) {
    throw new Error(`The backup is not whole: ${path} cannot be read.`, { cause });
  }
  if (bytes !== written.bytes || hash.digest('hex') !== written.sha256) {
    throw new Error(`The backup is damaged: ${path} is not what the manifest says.`);
  }
}
