import type { Entry } from '@cobench/shared/notebook/entry';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import { documentFromMarkdown, markdownOf } from './document.ts';
import type { EntryQuery, EntryRepo } from './entry.repo.ts';

/** Where the bodies are: the collaboration server gives and takes them as Yjs updates. */
export type Bodies = {
  seed(entry: { orgId: string; id: string }, update: Uint8Array, by: Actor): Promise<void>;
  read(entry: { orgId: string; id: string }): Promise<Uint8Array>;
};

type Deps = {
  repo: EntryRepo;
  bodies: Bodies;
  projects: { get(actor: Actor, ref: { id: string }): Promise<Project> };
  events: DomainEvents;
  clock: Clock;
};
export type EntryService = ReturnType<typeof entryService>;
type ById = { id: string };

export function entryService({ repo, bodies, projects, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function changed(orgId: string, entry: Entry): Promise<Entry> {
    await events.publish({ type: 'entry.changed', orgId, entry });
    return entry;
  }

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));

  return {
    async list(actor: Actor, query: EntryQuery): Promise<Page<Entry>> {
      await authorize(actor, 'entry.read');
      return repo.list(actor.orgId, query);
    },

    get: (actor: Actor, { id }: ById): Promise<Entry> => authorize(actor, 'entry.read', find(id)),

    async create(
      actor: Actor,
      { projectId, title, markdown }: { projectId: string; title: string; markdown?: string | undefined },
    ): Promise<Entry> {
      await authorize(actor, 'entry.create');
      await referenced('projectId', projects.get(actor, { id: projectId }));
      const body = markdown === undefined ? null : documentFromMarkdown(markdown);
      const id = newId();
      if (body) await bodies.seed({ orgId: actor.orgId, id }, body.update, actor);
      const now = clock().toISOString();
      const entry: Entry = {
        id,
        projectId,
        title,
        excerpt: excerptOf(body?.text ?? ''),
        version: 0,
        createdAt: now,
        updatedAt: now,
        createdBy: actor.personId,
        editedBy: actor.name,
      };
      return changed(actor.orgId, await repo.insert(actor.orgId, entry));
    },

    async rename(actor: Actor, { id, version, title }: ById & { version: number; title: string }): Promise<Entry> {
      await authorize(actor, 'entry.edit', find(id));
      const renamed = await repo.rename(actor.orgId, id, { version, title, at: clock(), editedBy: actor.name });
      if (!renamed) throw new Fault('edit.conflict');
      return changed(actor.orgId, renamed);
    },

    async remove(actor: Actor, { id }: ById): Promise<Entry> {
      await authorize(actor, 'entry.delete', find(id));
      const removed = await repo.setDeleted(actor.orgId, id, clock());
      if (!removed) throw new Fault('resource.missing');
      await events.publish({ type: 'entry.deleted', orgId: actor.orgId, id });
      return removed;
    },

    async restore(actor: Actor, { id }: ById): Promise<Entry> {
      await authorize(actor, 'entry.delete', (orgId) => repo.findDeleted(orgId, id));
      const restored = await repo.setDeleted(actor.orgId, id, null);
      if (!restored) throw new Fault('resource.missing');
      return changed(actor.orgId, restored);
    },

    async markdown(actor: Actor, { id }: ById): Promise<{ title: string; markdown: string }> {
      const entry = await authorize(actor, 'entry.read', find(id));
      return { title: entry.title, markdown: markdownOf(await bodies.read({ orgId: actor.orgId, id })) };
    },

    /** Called after people typed: keeps the list's excerpt, author and time up with the document. */
    async project(
      entry: { orgId: string; id: string },
      edit: { text: string; editedBy: string; at: Date },
    ): Promise<void> {
      const projection = { excerpt: excerptOf(edit.text), editedBy: edit.editedBy, at: edit.at };
      const projected = await repo.project(entry.orgId, entry.id, projection);
      if (projected) await changed(entry.orgId, projected);
    },
  };
}

const excerptOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);
