import type { Entry, PropertiesInUse } from '@cobench/shared/notebook/entry';
import { keysWanted, type PropertyFilter } from '@cobench/shared/notebook/property-keys';
import { cleanTag } from '@cobench/shared/notebook/property-words';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { markdownOf, newDocument, propertiesOf, retitled } from './document.ts';
import { entryProjection, excerptOf, type Edited, type EntryRef, type Members } from './entry-projection.ts';
import type { EntryRepo } from './entry.repo.ts';

/** Where the documents are: the collaboration server gives and takes them as Yjs updates. */
export type Documents = {
  seed(entry: EntryRef, update: Uint8Array, by: Actor): Promise<void>;
  read(entry: EntryRef): Promise<Uint8Array>;
  /**
   * Writes into a document for a person: `change` gets its content and answers an update, or null for nothing. Resolves
   * when it is durable; everybody who has it open sees it.
   */
  edit(entry: EntryRef, by: Actor, change: (content: Uint8Array) => Uint8Array | null): Promise<void>;
};

type Deps = {
  repo: EntryRepo;
  documents: Documents;
  members: Members;
  projects: { get(actor: Actor, ref: { id: string }): Promise<Project> };
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
export type EntryService = ReturnType<typeof entryService>;
type ById = { id: string };
type Query = Omit<PropertyFilter, 'tags'> & {
  projectId?: string | undefined;
  q?: string | undefined;
  tags?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

export function entryService({ repo, documents, members, projects, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);
  const projection = entryProjection({ repo, members });

  async function changed(orgId: string, entry: Entry): Promise<Entry> {
    await events.publish({ type: 'entry.changed', orgId, entry });
    return entry;
  }

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));

  return {
    async list(actor: Actor, { tags, field, is, ...query }: Query): Promise<Page<Entry>> {
      await authorize(actor, 'entry.read');
      if (is !== undefined && field === undefined) throw invalidField('is', 'Name the field that has this value.');
      const wanted = tags?.split(',').filter((tag) => cleanTag(tag) !== '');
      return repo.list(actor, { ...query, keys: keysWanted({ tags: wanted ?? [], field, is }) });
    },

    async inUse(actor: Actor, scope: { projectId?: string | undefined }): Promise<PropertiesInUse> {
      await authorize(actor, 'entry.read');
      return repo.inUse(actor, scope);
    },

    get: (actor: Actor, { id }: ById): Promise<Entry> => authorize(actor, 'entry.read', find(id)),

    /** Those of some entries that the actor may read. @throws Fault `access.denied` */
    async visibleAmong(actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
      await authorize(actor, 'entry.read');
      return new Set(await repo.visibleAmong(actor, ids));
    },

    async create(
      actor: Actor,
      given: { projectId: string; title?: string | undefined; markdown?: string | undefined },
    ): Promise<Entry> {
      await authorize(actor, 'entry.create');
      const { projectId } = given;
      await referenced('projectId', projects.get(actor, { id: projectId }));
      const { update, text, reading } = newDocument(given);
      const id = newId();
      if (update) await documents.seed({ orgId: actor.orgId, id }, update, actor);
      const properties = await projection.judged(actor.orgId, reading);
      const now = clock().toISOString();
      const entry = {
        id,
        projectId,
        ...properties,
        excerpt: excerptOf(text),
        version: 0,
        createdAt: now,
        updatedAt: now,
        createdBy: actor.personId,
        editedBy: actor.name,
      };
      const insert = () => repo.insert(actor.orgId, entry);
      return changed(actor.orgId, await trail.record(actor, 'entry.create', { change: insert, told: nameOf }));
    },

    async rename(actor: Actor, { id, version, title }: ById & { version: number; title: string }): Promise<Entry> {
      const entry = await authorize(actor, 'entry.edit', find(id));
      if (entry.version !== version) throw new Fault('edit.conflict');
      const ref = { orgId: actor.orgId, id };
      await documents.edit(ref, actor, (content) => retitled(content, title));
      // Read again rather than taken from the request: others may have typed in it meanwhile.
      const properties = await projection.judged(actor.orgId, propertiesOf(await documents.read(ref)));
      const project = () => repo.project(actor.orgId, id, { properties, editedBy: actor.name, at: clock() });
      const told = { before: nameOf(entry), change: project, told: nameOf };
      const renamed = await trail.record(actor, 'entry.rename', told);
      if (!renamed) throw new Fault('resource.missing');
      return changed(actor.orgId, renamed);
    },

    async remove(actor: Actor, { id }: ById): Promise<Entry> {
      const before = nameOf(await authorize(actor, 'entry.delete', find(id)));
      const remove = () => repo.setDeleted(actor.orgId, id, clock());
      const removed = await trail.record(actor, 'entry.delete', { before, change: remove, told: () => null });
      if (!removed) throw new Fault('resource.missing');
      await events.publish({ type: 'entry.deleted', orgId: actor.orgId, id, projectId: removed.projectId });
      return removed;
    },

    async restore(actor: Actor, { id }: ById): Promise<Entry> {
      await authorize(actor, 'entry.delete', (orgId) => repo.findDeleted(orgId, id));
      const restore = () => repo.setDeleted(actor.orgId, id, null);
      const restored = await trail.record(actor, 'entry.restore', { change: restore, told: nameOf });
      if (!restored) throw new Fault('resource.missing');
      return changed(actor.orgId, restored);
    },

    async markdown(actor: Actor, { id }: ById): Promise<{ title: string; markdown: string }> {
      const entry = await authorize(actor, 'entry.read', find(id));
      return { title: entry.title, markdown: markdownOf(await documents.read({ orgId: actor.orgId, id })) };
    },

    /** Called after people typed: keeps the record up with the document. */
    async project(entry: EntryRef, edited: Edited): Promise<void> {
      const projected = await projection.write(entry, edited);
      if (projected) await changed(entry.orgId, projected);
    },
  };
}

/** What the audit trail tells of an entry. What is written in it has a history of its own. */
const nameOf = ({ id, title, projectId }: Entry) => ({ id, title, projectId });
