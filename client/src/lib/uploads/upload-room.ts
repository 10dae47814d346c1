import type { FileUsage } from '@cobench/shared/files/upload';
import { fileSize } from '#lib/ui/file-size.ts';

/** Why each of these files cannot be kept, in their order; null where nothing speaks against it. */
export function refusalsOf(sizes: readonly number[], usage: FileUsage): (string | null)[] {
  let left = roomIn(usage);
  return sizes.map((size) => {
    if (size > usage.largestFile)
      return `It has ${fileSize(size)}; a file may have at most ${fileSize(usage.largestFile)}.`;
    if (size > left) return `There is room for ${fileSize(Math.max(0, left))} more, and it has ${fileSize(size)}.`;
    left -= size;
    return null;
  });
}

/** Bytes that may still come; Infinity where there is no limit. */
export const roomIn = ({ organisation, person }: FileUsage): number =>
  Math.min(
    ...[organisation, person].map(({ used, reserved, limit }) => (limit === null ? Infinity : limit - used - reserved)),
  );
