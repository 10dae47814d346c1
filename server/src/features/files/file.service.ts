import type { FolderCount } from '@cobench/shared/files/endpoints';
import { mostAttachments, type Attachment, type DataFile, type FileVersion } from '@cobench/shared/files/file';
import type { Page } from '@cobench/shared/page';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import { catalogue, inTheTrash } from './catalogue.ts';
import type { FileChange, FileQuery, FileRecord, FileRepo } from './file.repo.ts';
import { foldersIn } from './folders.ts';
import type { Owners } from './owners.ts';
import { toldOf } from './told.ts';
import { fileTrash, type TrashDeps } from './trash.ts';
import { shownFiles, shownVersions, type NamesOf } from './uploaders.ts';

type ById = { id: string };
type PageQuery = { limit: number; cursor?: string | undefined };
type Deps = Omit<TrashDeps, 'tell'> & {
  repo: FileRepo;
  owners: Owners;
  people: { namesOf: NamesOf };
  /** What is said of a version that nobody has looked through yet. */
  newVerdict: 'unscanned' | 'waiting';
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
export type FileService = ReturnType<typeof fileService>;

const mostTags = 200;

/** The catalogue of data files: what is there, where it lies, and what it belongs to. Their bytes are read elsewhere. */
export function fileService({ repo, owners, people, newVerdict, trail, events, clock, ...deps }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function shown(record: FileRecord): Promise<DataFile> {
    const [file] = await shownFiles([record], people.namesOf);
    if (!file) throw new Error('A file is shown as one.');
    return file;
  }

  async function tell(orgId: string, record: FileRecord): Promise<DataFile> {
    const file = await shown(record);
    await events.publish({ type: 'file.changed', orgId, file });
    return file;
  }

  /** @throws Fault `resource.missing`, `access.denied`, `state.conflict` where it is in the trash */
  async function changeable(actor: Actor, id: string): Promise<FileRecord> {
    const file = await authorize(actor, 'file.edit', find(id));
    if (file.deletedAt !== null) throw inTheTrash();
    return file;
  }

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));

  return {
    ...catalogue({ repo, owners, newVerdict, trail, clock, tell }),
    ...fileTrash({ repo, trail, events, clock, tell, ...deps }),

    async list(actor: Actor, query: FileQuery): Promise<Page<DataFile>> {
      await authorize(actor, 'file.read');
      const page = await repo.list(actor, query);
      return { ...page, items: await shownFiles(page.items, people.namesOf) };
    },

    async folders(
      actor: Actor,
      { projectId, parent }: { projectId: string; parent: string },
    ): Promise<{ items: FolderCount[] }> {
      await authorize(actor, 'file.read');
      return { items: foldersIn(parent, await repo.folders(actor, projectId)) };
    },

    async tags(actor: Actor, of: { projectId?: string | undefined }): Promise<{ items: string[] }> {
      await authorize(actor, 'file.read');
      return { items: await repo.tags(actor, { ...of, limit: mostTags }) };
    },

    get: async (actor: Actor, { id }: ById): Promise<DataFile> => shown(await authorize(actor, 'file.read', find(id))),

    async versions(actor: Actor, { id, ...page }: ById & PageQuery): Promise<Page<FileVersion>> {
      await authorize(actor, 'file.read', find(id));
      const versions = await repo.versions(actor.orgId, id, page);
      return { ...versions, items: await shownVersions(versions.items, people.namesOf) };
    },

    /** @throws Fault `edit.conflict` where somebody changed it first, `state.conflict` where it is in the trash */
    async edit(actor: Actor, { id, revision, ...change }: ById & FileChange & { revision: number }): Promise<DataFile> {
      const before = await changeable(actor, id);
      const tags = change.tags && [...new Set(change.tags)];
      const edited = await trail.record(actor, 'file.edit', {
        before: toldOf(before),
        change: () => repo.edit(actor.orgId, id, { ...change, tags, revision, at: clock() }),
        told: toldOf,
      });
      if (!edited) throw new Fault('edit.conflict');
      return tell(actor.orgId, edited);
    },

    /** @throws Fault `input.invalid` where the record does not exist for the actor, or is of another project */
    async attach(actor: Actor, { id, kind, recordId }: Omit<Attachment, 'id'> & Named): Promise<DataFile> {
      const before = await changeable(actor, id);
      const to = { kind, id: recordId };
      await owners.requireIn(actor, before.projectId, { of: to, field: 'recordId' });
      if (before.attachments.some((one) => one.kind === kind && one.id === recordId)) return shown(before);
      if (before.attachments.length >= mostAttachments) {
        throw invalidField('recordId', `A file belongs to at most ${mostAttachments} records.`);
      }
      const attached = await trail.record(actor, 'file.attach', {
        before: toldOf(before),
        change: () => repo.attach(actor.orgId, id, { ...to, at: clock() }),
        told: toldOf,
      });
      return attached ? tell(actor.orgId, attached) : shown(await changeable(actor, id));
    },

    /** Also from a record that is gone. */
    async detach(actor: Actor, { id, kind, recordId }: Omit<Attachment, 'id'> & Named): Promise<DataFile> {
      const before = await changeable(actor, id);
      const detached = await trail.record(actor, 'file.detach', {
        before: toldOf(before),
        change: () => repo.detach(actor.orgId, id, { kind, id: recordId, at: clock() }),
        told: toldOf,
      });
      return detached ? tell(actor.orgId, detached) : shown(before);
    },
  };
}

type Named = ById & { recordId: string };
