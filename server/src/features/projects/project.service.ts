import type { Page } from '@cobench/shared/page';
import type { Project, ProjectAccess } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { AccessChange, PeopledProject, ProjectChange, ProjectQuery, ProjectRepo } from './project.repo.ts';

/** What the members of an organisation among these people are called. */
type Members = { namesOf(orgId: string, personIds: readonly string[]): Promise<ReadonlyMap<string, string>> };
type Deps = { repo: ProjectRepo; members: Members; trail: Trail; events: DomainEvents; clock: Clock };
export type ProjectService = ReturnType<typeof projectService>;

export function projectService({ repo, members, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);
  const findPeopled = (id: string) => (orgId: string) => repo.findPeopled(orgId, id);

  async function changed(orgId: string, project: Project): Promise<Project> {
    await events.publish({ type: 'project.changed', orgId, project });
    return project;
  }

  return {
    async list(actor: Actor, query: ProjectQuery): Promise<Page<Project>> {
      await authorize(actor, 'project.read');
      return repo.list(actor, query);
    },

    /** The project, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: { id: string }): Promise<Project> => authorize(actor, 'project.read', find(id)),

    async create(actor: Actor, input: { name: string; description: string }): Promise<Project> {
      await authorize(actor, 'project.create');
      const now = clock().toISOString();
      const made = { version: 0, createdAt: now, updatedAt: now, createdBy: actor.personId };
      const project = { ...input, id: newId(), restricted: false, ...made };
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

    /** Who sees the project; of those who left the organisation nobody knows any more. */
    async access(actor: Actor, { id }: { id: string }): Promise<ProjectAccess> {
      const { restricted, version, people } = await authorize(actor, 'project.read', findPeopled(id));
      return { restricted, version, people: named(people, await members.namesOf(actor.orgId, people)) };
    },

    /**
     * Shows the project to chosen people, or to everybody. Who chooses stays among them; an administrator, who sees it in
     * any case, is named only where they name themselves. Resolves when nobody else is told of it any more.
     */
    async restrict(
      actor: Actor,
      { id, version, restricted, people: chosen }: AccessChange & { id: string; version: number },
    ): Promise<Project> {
      const { orgId, role, personId } = actor;
      const before = await authorize(actor, 'project.restrict', findPeopled(id));
      const wanted = restricted ? [...new Set([...chosen, ...(role === 'admin' ? [] : [personId])])] : [];
      const names = await members.namesOf(orgId, [...wanted, ...before.people]);
      if (wanted.some((one) => !names.has(one))) throw invalidField('people', 'Not all of them are members here.');
      const told = ({ people, ...project }: PeopledProject) => ({ ...project, people: named(people, names) });
      const project = await trail.record(actor, 'project.restrict', {
        before: told(before),
        change: () => repo.restrict(orgId, id, { version, restricted, people: wanted, at: clock() }),
        told,
      });
      if (!project) throw new Fault('edit.conflict');
      const seenBy = restricted ? wanted : null;
      await events.publish({ type: 'access.changed', orgId, projectId: id, people: seenBy });
      return changed(orgId, project);
    },
  };
}

/** People by name; who is no member has none. */
const named = (people: readonly string[], names: ReadonlyMap<string, string>) =>
  people
    .flatMap((id) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ id, name }];
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
