import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Description, Id, Instant, Name, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';

export const Project = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
    createdBy: Id,
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

export const projectEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/projects',
    access: 'project.read',
    summary: 'The projects of the organisation, by name',
    input: z.strictObject({ ...pageQuery, q: z.string().trim().max(120).optional() }),
    output: pageOf(Project),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/projects/:id',
    access: 'project.read',
    summary: 'One project',
    input: ById,
    output: Project,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/projects',
    access: 'project.create',
    summary: 'Create a project',
    input: z.strictObject({ name: Name, description: Description.default('') }),
    output: Project,
    status: 201,
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/projects/:id',
    access: 'project.edit',
    summary: 'Rename or describe a project',
    input: ById.extend({ version: Version, name: Name.optional(), description: Description.optional() }),
    output: Project,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/api/v1/projects/:id',
    access: 'project.delete',
    summary: 'Delete a project with its entries and runs; it can be restored',
    input: ById,
    output: Project,
  }),
  restore: endpoint({
    method: 'post',
    path: '/api/v1/projects/:id/restore',
    access: 'project.delete',
    summary: 'Undo the deletion of a project',
    input: ById,
    output: Project,
  }),
};
