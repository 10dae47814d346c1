import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { Attachment, attachmentKinds, DataFile, FileEdit, FileKind, FileVersion, Folder, Sha256 } from './file.ts';
import { FileLimits, FileUsage, NewUpload, Upload } from './upload.ts';

export const fileSorts = ['newest', 'oldest', 'name', 'largest', 'smallest'] as const;
/** The widths in which images are shown, in pixels. */
export const imageWidths = ['320', '1600'] as const;

const VersionNumber = z.coerce.number().int().min(1);
const OfVersion = ById.extend({ version: VersionNumber.optional().describe('The latest where it is left out') });

/** A folder of a project with how many files lie in it and below. */
export const FolderCount = z.object({ path: z.string(), files: z.int().min(1) }).meta({ id: 'FolderCount' });
export type FolderCount = z.infer<typeof FolderCount>;

/** A way to the encrypted bytes as they are stored, and what opens them. `docs/file-format.md` tells how. */
export const SealedLink = z
  .object({
    url: z.url(),
    expiresAt: Instant,
    /** 256 bits, base64url; opens this version of this file and nothing else. */
    key: z.string(),
    organisationId: Id,
    fileId: Id,
    version: z.int().min(1),
    size: z.int().min(0),
    sha256: Sha256,
  })
  .meta({ id: 'SealedLink' });
export type SealedLink = z.infer<typeof SealedLink>;

export const fileEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/files',
    access: 'file.read',
    summary: 'Files, newest first unless told otherwise',
    input: z.strictObject({
      ...pageQuery,
      projectId: Id.optional(),
      folder: Folder.optional().describe('Exactly in this folder; empty for the top'),
      under: Folder.optional().describe('In this folder or below'),
      kind: FileKind.optional(),
      tag: z.string().max(40).optional(),
      uploadedBy: Id.optional(),
      runId: Id.optional(),
      entryId: Id.optional(),
      trash: z.enum(['only']).optional(),
      q: z
        .string()
        .trim()
        .max(120)
        .optional()
        .describe('Words in its name, folder, tags or description, or the start of its SHA-256'),
      sort: z.enum(fileSorts).default('newest'),
    }),
    output: pageOf(DataFile),
  }),
  folders: endpoint({
    method: 'get',
    path: '/api/v1/files/folders',
    access: 'file.read',
    summary: 'The folders of a project that are directly in one of its folders',
    input: z.strictObject({ projectId: Id, parent: Folder.default('') }),
    output: z.object({ items: z.array(FolderCount) }),
  }),
  tags: endpoint({
    method: 'get',
    path: '/api/v1/files/tags',
    access: 'file.read',
    summary: 'Tags in use, most used first',
    input: z.strictObject({ projectId: Id.optional() }),
    output: z.object({ items: z.array(z.string()).max(200) }),
  }),
  usage: endpoint({
    method: 'get',
    path: '/api/v1/files/usage',
    access: 'file.read',
    summary: 'What is kept and what may be, in the organisation and by the person who asks',
    input: z.strictObject({}),
    output: FileUsage,
  }),
  limits: endpoint({
    method: 'get',
    path: '/api/v1/files/limits',
    access: 'organisation.manage',
    summary: 'How much the organisation and each person may keep',
    input: z.strictObject({}),
    output: FileLimits,
  }),
  editLimits: endpoint({
    method: 'patch',
    path: '/api/v1/files/limits',
    access: 'organisation.manage',
    summary: 'Change how much the organisation and each person may keep',
    input: z.strictObject(FileLimits.shape),
    output: FileLimits,
  }),
  uploads: endpoint({
    method: 'get',
    path: '/api/v1/files/uploads',
    access: 'file.upload',
    summary: 'The uploads of the person who asks that have begun and not ended, newest first',
    input: z.strictObject({ ...pageQuery }),
    output: pageOf(Upload),
  }),
  archive: endpoint({
    method: 'get',
    path: '/api/v1/files/archive',
    access: 'file.read',
    summary: 'Several files as a ZIP that is made as it is read; their folders are kept',
    input: z.strictObject({ ids: z.string().max(4000).describe('Ids with commas, at most 100') }),
    output: z.string(),
    file: true,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/files',
    access: 'file.upload',
    summary:
      'Upload one file as a form: the fields first, then `file`. For scripts; large files go to /api/v1/uploads (tus)',
    input: NewUpload.partial({ filename: true }),
    output: DataFile,
    status: 201,
    upload: ['multipart/form-data'],
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/files/:id',
    access: 'file.read',
    summary: 'One file, also from the trash',
    input: ById,
    output: DataFile,
  }),
  versions: endpoint({
    method: 'get',
    path: '/api/v1/files/:id/versions',
    access: 'file.read',
    summary: 'The versions of a file, newest first',
    input: ById.extend(pageQuery),
    output: pageOf(FileVersion),
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/files/:id',
    access: 'file.edit',
    summary: 'Rename or move a file, change its tags or its description',
    input: ById.extend({ revision: Version, ...FileEdit.shape }),
    output: DataFile,
  }),
  attach: endpoint({
    method: 'post',
    path: '/api/v1/files/:id/attachments',
    access: 'file.edit',
    summary: 'Say that a file belongs to a run or an entry of its project',
    input: Attachment.extend({ id: Id, recordId: Id }),
    output: DataFile,
  }),
  detach: endpoint({
    method: 'delete',
    path: '/api/v1/files/:id/attachments/:kind/:recordId',
    access: 'file.edit',
    summary: 'Say that a file does not belong to a run or an entry any longer',
    input: z.strictObject({ id: Id, kind: z.enum(attachmentKinds), recordId: Id }),
    output: DataFile,
  }),
  content: endpoint({
    method: 'get',
    path: '/api/v1/files/:id/content',
    access: 'file.read',
    summary: 'What a file holds, decrypted as it is read; ranges, HEAD and ETag work',
    input: OfVersion.extend({
      as: z.enum(['attachment', 'inline']).default('attachment').describe('`inline` only for what cannot run'),
    }),
    output: z.string(),
    file: true,
  }),
  image: endpoint({
    method: 'get',
    path: '/api/v1/files/:id/image',
    access: 'file.read',
    summary: 'An image file, upright and no wider than asked for, as WebP',
    input: OfVersion.extend({ width: z.enum(imageWidths).default('320') }),
    output: z.string(),
    file: true,
  }),
  sealedLink: endpoint({
    method: 'post',
    path: '/api/v1/files/:id/sealed-link',
    access: 'file.read',
    summary: 'A link to the encrypted bytes that is good for five minutes, and the key to this one version',
    input: ById.extend({ version: z.int().min(1).optional() }),
    output: SealedLink,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/api/v1/files/:id',
    access: 'file.delete',
    summary: 'Move a file to the trash',
    input: ById,
    output: DataFile,
  }),
  restore: endpoint({
    method: 'post',
    path: '/api/v1/files/:id/restore',
    access: 'file.delete',
    summary: 'Take a file out of the trash',
    input: ById,
    output: DataFile,
  }),
  purge: endpoint({
    method: 'post',
    path: '/api/v1/files/:id/purge',
    access: 'file.purge',
    summary: 'Remove a file that is in the trash for good, with all versions and their keys',
    input: ById,
    output: z.object({ id: Id }),
  }),
};
