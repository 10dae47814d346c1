import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Description, Id, Instant, Name, Version } from '../ids.ts';
import { PersonRef } from '../identity/person-ref.ts';
import { pageOf, pageQuery } from '../page.ts';

export const Project = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    /** Only its people and the administrators see it, and what is in it. */
    restricted: z.boolean(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
    createdBy: Id,
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

/** The most people a restricted project may name; where more are to see it, it is one for everybody. */
export const mostProjectPeople = 200;

/** Who sees a project. An administrator does in any case, named or not. */
export const ProjectAccess = z
  .object({
    restricted: z.boolean(),
    /** By name, those who have a place in the organisation; nobody where it is not restricted. */
    people: z.array(PersonRef),
    /** That of the project. */
    version: Version,
  })
  .meta({ id: 'ProjectAccess' });
export type ProjectAccess = z.infer<typeof ProjectAccess>;

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
  access: endpoint({
    method: 'get',
    path: '/api/v1/projects/:id/access',
    access: 'project.read',
    summary: 'Who sees a project',
    input: ById,
    output: ProjectAccess,
  }),
  restrict: endpoint({
    method: 'post',
    path: '/api/v1/projects/:id/access',
    access: 'project.restrict',
    summary:
      'Show a project to everybody in the organisation, or to chosen people; who is no administrator stays among them',
    input: ById.extend({
      version: Version,
      restricted: z.boolean(),
      people: z.array(Id).max(mostProjectPeople, `At most ${mostProjectPeople} people.`).default([]),
    }),
    output: Project,
  }),
};
