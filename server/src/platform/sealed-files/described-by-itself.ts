import type { FileHandle } from 'node:fs/promises';
import {
  headerBytes,
  partOffset,
  partSegments,
  saltBytes,
  sealedSegmentBytes,
  segmentBytes,
  tagBytes,
} from './layout.ts';
import { SealBroken } from './seal-broken.ts';
import type { Pass } from './stored-file.ts';

/**
 * What a row would say of a sealed file, from its object alone: a pass begins where its salt first appears, and the key
 * of a pass knows where that is. @throws SealBroken where no file has an object of this size
 */
export async function describedByItself(object: FileHandle): Promise<{ size: number; passes: Pass[] }> {
  const { size: bytes } = await object.stat();
  const parts = Math.ceil((bytes - headerBytes) / sealedPartBytes);
  const size = parts < 1 ? null : plainSize(bytes, parts);
  if (size === null) throw new SealBroken(`No sealed file has ${bytes} bytes.`);
  const passes: Pass[] = [];
  for (let part = 0; part < parts; part++) {
    const salt = Buffer.alloc(saltBytes);
    await object.read(salt, 0, saltBytes, part === 0 ? headerBytes : partOffset(part));
    if (!passes.at(-1) || !salt.equals(passes.at(-1)?.salt ?? salt)) passes.push({ fromPart: part, salt });
  }
  return { size, passes };
}

const sealedPartBytes = partOffset(2) - partOffset(1);

/** Null where the last part cannot be that long. */
function plainSize(bytes: number, parts: number): number | null {
  const lastPart = bytes - headerBytes - (parts - 1) * sealedPartBytes - saltBytes;
  if (lastPart < tagBytes) return null;
  const segments = Math.ceil(lastPart / sealedSegmentBytes);
  const lastSegment = lastPart - (segments - 1) * sealedSegmentBytes - tagBytes;
  const before = (parts - 1) * partSegments + segments - 1;
  return lastSegment > 0 || (lastSegment === 0 && before === 0) ? before * segmentBytes + lastSegment : null;
}
