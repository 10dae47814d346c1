import { z } from 'zod';
import { Description, Id, Instant, Version } from '../ids.ts';
import { PersonRef } from '../identity/person-ref.ts';

/** What a file is called: one part of a path, as every file system likes it. */
export const FileName = z
  .string()
  .trim()
  .min(1, 'A name is needed.')
  .max(255, 'At most 255 characters.')
  .regex(/^[^/\\\p{Cc}\p{Cf}]*$/u, 'A name has no slashes and no invisible characters.')
  .refine((name) => name !== '.' && name !== '..', 'That is no name.');

/** Where a file lies within its project: names with slashes between; empty at the top. */
export const Folder = z
  .string()
  .max(400, 'At most 400 characters.')
  .refine((path) => path === '' || path.split('/').every((part) => FileName.safeParse(part).data === part), {
    error: 'Folders are names with single slashes between.',
  });

export const FileTag = z.string().trim().min(1).max(40, 'At most 40 characters.');
export const mostTags = 20;
export const FileTags = z.array(FileTag).max(mostTags, 'At most 20 tags.');

/** SHA-256 of what the file holds, 64 hexadecimal digits. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.');

/**
 * What a scanner said. `unscanned`: none was there when it came; `waiting`: in quarantine until one has looked;
 * `infected`: stays there.
 */
export const scanVerdicts = ['unscanned', 'waiting', 'clean', 'infected'] as const;

/** How a file can be shown; by what its bytes are, never by what it is called alone. */
export const fileKinds = ['image', 'pdf', 'table', 'text', 'json', 'markdown', 'audio', 'video', 'other'] as const;
export const FileKind = z.enum(fileKinds);
export type FileKind = z.infer<typeof FileKind>;

export const FileVersion = z
  .object({
    /** From 1; there may be gaps where an upload was given up. */
    number: z.int().min(1),
    /** Bytes. */
    size: z.int().min(0),
    sha256: Sha256,
    /** What its first bytes say, and for text its name; `application/octet-stream` where neither tells. */
    mediaType: z.string(),
    kind: FileKind,
    scan: z.enum(scanVerdicts),
    uploadedBy: PersonRef,
    uploadedAt: Instant,
  })
  .meta({ id: 'FileVersion' });
export type FileVersion = z.infer<typeof FileVersion>;

/** What a file can belong to beside its project. */
export const attachmentKinds = ['run', 'entry'] as const;
export const Attachment = z.strictObject({ kind: z.enum(attachmentKinds), id: Id }).meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof Attachment>;
/** One file belongs to at most so many records. */
export const mostAttachments = 50;

export const DataFile = z
  .object({
    id: Id,
    projectId: Id,
    name: z.string(),
    folder: z.string(),
    tags: z.array(z.string()),
    description: z.string(),
    /** The one that is shown and downloaded unless another is asked for. */
    latest: FileVersion,
    /** How many versions there are. */
    versions: z.int().min(1),
    attachments: z.array(Attachment),
    /** A write carries what it saw. */
    revision: Version,
    createdAt: Instant,
    updatedAt: Instant,
    createdBy: Id,
    /** Since when it is in the trash; null where it is not. */
    deletedAt: Instant.nullable(),
  })
  .meta({ id: 'DataFile' });
export type DataFile = z.infer<typeof DataFile>;

export const FileEdit = z.object({
  name: FileName.optional(),
  folder: Folder.optional(),
  tags: FileTags.optional(),
  description: Description.optional(),
});

/** The largest file that can be kept whatever the limits say: 64 GiB, which is what 10,000 parts hold with room. */
export const largestFile = 64 * 1024 ** 3;

/** Where files that are in the trash are removed for good, in days. */
export const daysInTrash = 30;
