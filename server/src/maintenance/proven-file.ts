import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';

/**
 * Writes a file that appears when all of it came and is proven, and not before; one that is there is not written over.
 * Answers its SHA-256. @throws where it is not the one that was expected, and whatever `chunks` throws
 */
export async function provenFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  expected: string | undefined,
): Promise<{ size: number; sha256: string }> {
  if (await exists(path)) throw new Error(`${path} is there already.`);
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    const sha256 = hash.digest('hex');
    if (expected !== undefined && sha256 !== expected) throw new Error(`It opens, but its SHA-256 is ${sha256}.`);
    await file.sync();
    await rename(draft, path);
    return { size, sha256 };
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
