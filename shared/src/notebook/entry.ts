import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { EntryField, fieldTypes, PropertyProblem } from './properties.ts';

export const EntryTitle = z.string().trim().min(1, 'A title is needed.').max(200, 'At most 200 characters.');

/**
 * What lists show of an entry. Body, title, tags and fields are written in the Yjs document at /collab/entry/<id>; what
 * is here follows it within two seconds of the last keystroke.
 */
export const Entry = z
  .object({
    id: Id,
    projectId: Id,
    title: z.string(),
    tags: z.array(z.string()),
    fields: z.array(EntryField),
    /** What is wrong with title, tags and fields as they are in the document. */
    problems: z.array(PropertyProblem),
    /** The first words of the body. */
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

/** What people have called things before, each with the number of entries; at most 100 of each. */
export const PropertiesInUse = z
  .object({
    tags: z.array(z.object({ tag: z.string(), entries: z.int() })),
    /** `unit` and `options` as in the entry that was edited last. */
    fields: z.array(
      z.object({
        name: z.string(),
        type: z.enum(fieldTypes),
        unit: z.string(),
        options: z.array(z.string()),
        entries: z.int(),
      }),
    ),
  })
  .meta({ id: 'PropertiesInUse' });
export type PropertiesInUse = z.infer<typeof PropertiesInUse>;

export const notebookEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/entries',
    access: 'entry.read',
    summary: 'Entries, last edited first',
    input: z.strictObject({
      ...pageQuery,
      projectId: Id.optional(),
      /** Part of a title, a tag, or the name or value of a field. */
      q: z.string().trim().max(120).optional(),
      /** Tags that an entry must all have, with commas between. */
      tags: z.string().max(500).optional(),
      /** The name of a field that an entry must have. */
      field: z.string().trim().min(1).max(120).optional(),
      /** The value that this field must have. */
      is: z.string().trim().min(1).max(200).optional(),
    }),
    output: pageOf(Entry),
  }),
  inUse: endpoint({
    method: 'get',
    path: '/api/v1/entry-properties',
    access: 'entry.read',
    summary: 'The tags and fields that entries have, most used first',
    input: z.strictObject({ projectId: Id.optional() }),
    output: PropertiesInUse,
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
      /** Without it, what the markdown says in front. */
      title: EntryTitle.optional(),
      markdown: z.string().max(500_000, 'At most 500,000 characters.').optional(),
    }),
    output: Entry,
    status: 201,
  }),
  rename: endpoint({
    method: 'patch',
    path: '/api/v1/entries/:id',
    access: 'entry.edit',
    summary: 'Rename an entry: the title is replaced in its document, as if you had typed it',
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
    summary: 'The stored document as markdown, its properties in front',
    input: ById,
    output: z.object({ title: z.string(), markdown: z.string() }),
  }),
};
