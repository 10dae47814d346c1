import { z } from 'zod';
import { Id } from '../ids.ts';

/** How much of the column an image takes, in per cent. */
export const imageShare = { least: 10, most: 100, step: 10 } as const;

/** Characters of a description of an image for those who do not see it. */
export const longestAlt = 500;
const longestName = 255;

const VersionNumber = z.int().min(1).max(1_000_000);
/** What turns the direction of text, or ends a line: with it, names say what they are not. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;
/** One line of text that is what it seems, cut at so many characters. */
const line = (longest: number) =>
  z
    .string()
    .catch('')
    .transform((text) => text.replace(misleading, ' ').slice(0, longest));

const ImageAttributes = z.object({
  fileId: Id,
  version: VersionNumber,
  /** What the file was called when it was put in. */
  name: line(longestName),
  alt: line(longestAlt),
  /** Share of the column, in per cent. */
  width: z.int().min(imageShare.least).max(imageShare.most).catch(imageShare.most),
  /** Width by height of the upright picture: its place is kept before it is there. Null where nobody knows yet. */
  aspect: z.number().min(0.01).max(100).nullable().catch(null),
});
export type ImageAttributes = z.infer<typeof ImageAttributes>;

const FileAttributes = z.object({
  fileId: Id,
  version: VersionNumber,
  name: line(longestName),
  /** Bytes; null where nobody knows. */
  size: z.int().min(0).nullable().catch(null),
});
export type FileAttributes = z.infer<typeof FileAttributes>;

/**
 * What an image node says, whoever wrote it: null where it names no version of a file. An address is always made of these
 * ids; none is ever taken from a document. What only concerns its look falls back to the usual.
 */
export const imageOf = (attrs: unknown): ImageAttributes | null => ImageAttributes.safeParse(attrs).data ?? null;

/** What a file node says, as `imageOf` reads it. */
export const fileOf = (attrs: unknown): FileAttributes | null => FileAttributes.safeParse(attrs).data ?? null;
