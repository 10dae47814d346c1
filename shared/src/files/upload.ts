import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { Attachment, FileName, FileTags, Folder, largestFile, Sha256 } from './file.ts';

/** The address of the resumable uploads: the tus protocol 1.0 (https://tus.io) with creation, creation-with-upload, termination and expiration. */
export const uploadsPath = '/api/v1/uploads';

/** How long an upload that nobody goes on with is kept, in days. */
export const daysToResume = 7;

/** What an upload says of its file, in `Upload-Metadata` or in the fields of a form; what is no text is JSON there. */
export const NewUpload = z.strictObject({
  filename: FileName,
  projectId: Id,
  folder: Folder.default(''),
  /** What its sender computed: what arrives is checked against it before it becomes visible. */
  sha256: Sha256.optional(),
  /** As a new version of this file; `folder` and `projectId` are then those of the file. */
  fileId: Id.optional(),
  attachTo: Attachment.optional(),
  tags: FileTags.default([]),
  /** Who its sender believes to be: where somebody else has signed in meanwhile it is refused. */
  sender: Id.optional(),
});
export type NewUpload = z.infer<typeof NewUpload>;

/** An upload that has begun and not ended. */
export const Upload = z
  .object({
    id: Id,
    filename: z.string(),
    projectId: Id,
    folder: z.string(),
    size: z.int().min(0).max(largestFile),
    /** Bytes that are stored durably: the upload goes on from here. */
    offset: z.int().min(0),
    sha256: Sha256.nullable(),
    startedAt: Instant,
    /** When it is given up unless it goes on. */
    expiresAt: Instant,
  })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof Upload>;

/** The response header of a PATCH or POST that ended an upload: the id of the file that it made or gave a version. */
export const fileIdHeader = 'Cobench-File-Id';

const Used = z.object({
  /** Bytes of all versions, those in the trash, too. */
  used: z.int().min(0),
  /** Bytes that uploads under way will need. */
  reserved: z.int().min(0),
  /** Null: no limit. */
  limit: z.int().min(0).nullable(),
});

/** What is kept, what may be, and how large one file may be. */
export const FileUsage = z
  .object({ organisation: Used, person: Used, largestFile: z.int().min(1).max(largestFile) })
  .meta({ id: 'FileUsage' });
export type FileUsage = z.infer<typeof FileUsage>;

/** What an administrator sets; null: no limit. Bytes. */
export const FileLimits = z
  .object({
    organisation: z.int().min(0).nullable(),
    person: z.int().min(0).nullable(),
    largestFile: z.int().min(1).max(largestFile),
    revision: z.int().min(0),
  })
  .meta({ id: 'FileLimits' });
export type FileLimits = z.infer<typeof FileLimits>;
