import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { ProjectChange, ProjectQuery, ProjectRepo } from './project.repo.ts';

type Deps = { repo: ProjectRepo; trail: Trail; events: DomainEvents; clock: Clock };
export type ProjectService = ReturnType<typeof projectService>;

export function projectService({ repo, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function changed(orgId: string, project: Project): Promise<Project> {
    await events.publish({ type: 'project.changed', orgId, project });
    return project;
  }

  return {
    async list(actor: Actor, query: ProjectQuery): Promise<Page<Project>> {
      await authorize(actor, 'project.read');
      return repo.list(actor.orgId, query);
    },

    /** The project, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: { id: string }): Promise<Project> => authorize(actor, 'project.read', find(id)),

    async create(actor: Actor, input: { name: string; description: string }): Promise<Project> {
      await authorize(actor, 'project.create');
      const now = clock().toISOString();
      const project = { ...input, id: newId(), version: 0, createdAt: now, updatedAt: now, createdBy: actor.personId };
      const insert = () => repo.insert(actor.orgId, project);
      return changed(actor.orgId, await trail.record(actor, 'project.create', { change: insert }));
    },

    async edit(actor: Actor, { id, ...change }: ProjectChange & { id: string; version: number }): Promise<Project> {
      const before = await authorize(actor, 'project.edit', find(id));
      const edit = () => repo.edit(actor.orgId, id, { ...change, at: clock() });
      const edited = await trail.record(actor, 'project.edit', { before, change: edit });
      if (!edited) throw new Fault('edit.conflict');
      return changed(actor.orgId, edited);
    },

    async remove(actor: Actor, { id }: { id: string }): Promise<Project> {
      const before = await authorize(actor, 'project.delete', find(id));
      const remove = () => repo.remove(actor.orgId, id, clock());
      const removed = await trail.record(actor, 'project.delete', { before, change: remove, told: () => null });
      if (!removed) throw new Fault('resource.missing');
      await events.publish({ type: 'project.deleted', orgId: actor.orgId, id });
      return removed;
    },

    async restore(actor: Actor, { id }: { id: string }): Promise<Project> {
      await authorize(actor, 'project.delete', (orgId) => repo.findDeleted(orgId, id));
      const restored = await trail.record(actor, 'project.restore', { change: () => repo.restore(actor.orgId, id) });
      if (!restored) throw new Fault('resource.missing');
      return changed(actor.orgId, restored);
    },
  };
}
