import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';

export const EntryTitle = z.string().trim().min(1, 'A title is needed.').max(200, 'At most 200 characters.');

/** What lists and headers show of an entry; its body is the Yjs document at /collab/entry/<id>. */
export const Entry = z
  .object({
    id: Id,
    projectId: Id,
    title: z.string(),
    /** The first words of the body, kept up by the server within two seconds of the last keystroke. */
    excerpt: z.string(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
    createdBy: Id,
    /** Who last typed, by name. */
    editedBy: z.string(),
  })
  .meta({ id: 'Entry' });
export type Entry = z.infer<typeof Entry>;

export const notebookEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/entries',
    access: 'entry.read',
    summary: 'Entries, last edited first',
    input: z.strictObject({ ...pageQuery, projectId: Id.optional(), q: z.string().trim().max(120).optional() }),
    output: pageOf(Entry),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/entries/:id',
    access: 'entry.read',
    summary: 'One entry',
    input: ById,
    output: Entry,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/entries',
    access: 'entry.create',
    summary: 'Start an entry, empty or from markdown',
    input: z.strictObject({
      projectId: Id,
      title: EntryTitle,
      markdown: z.string().max(500_000, 'At most 500,000 characters.').optional(),
    }),
    output: Entry,
    status: 201,
  }),
  rename: endpoint({
    method: 'patch',
    path: '/api/v1/entries/:id',
    access: 'entry.edit',
    summary: 'Rename an entry',
    input: ById.extend({ version: Version, title: EntryTitle }),
    output: Entry,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/api/v1/entries/:id',
    access: 'entry.delete',
    summary: 'Delete an entry; it can be restored',
    input: ById,
    output: Entry,
  }),
  restore: endpoint({
    method: 'post',
    path: '/api/v1/entries/:id/restore',
    access: 'entry.delete',
    summary: 'Undo the deletion of an entry',
    input: ById,
    output: Entry,
  }),
  markdown: endpoint({
    method: 'get',
    path: '/api/v1/entries/:id/markdown',
    access: 'entry.read',
    summary: 'The stored body as markdown',
    input: ById,
    output: z.object({ title: z.string(), markdown: z.string() }),
  }),
};
