import { mostAttachments, type Attachment, type DataFile } from '@cobench/shared/files/file';
import type { NewUpload } from '@cobench/shared/files/upload';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { kindOfMedia } from './file-kind.ts';
import type { FileRecord, FileRepo, KeptVersion } from './file.repo.ts';
import type { Owners } from './owners.ts';
import type { Received, Target } from './received.ts';
import { toldOf } from './told.ts';

type Deps = {
  repo: FileRepo;
  owners: Owners;
  /** What is said of a version that nobody has looked through yet. */
  newVerdict: 'unscanned' | 'waiting';
  trail: Trail;
  clock: Clock;
  /** Tells whoever shows lists of it, and answers it as it is shown. */
  tell: (orgId: string, file: FileRecord) => Promise<DataFile>;
};
type Along = {
  /** What is written in the same transaction; it may be asked for more than once, as whatever a transaction writes. */
  also?: () => Promise<void>;
  /** Does the transaction when others that write the same are done. */
  inTurn?: (transaction: () => Promise<FileRecord>) => Promise<FileRecord>;
};
/** The way in: what an upload is to become is settled before its first byte, and visible after its last. */
export type Catalogue = ReturnType<typeof catalogue>;

export function catalogue({ repo, owners, newVerdict, trail, clock, tell }: Deps) {
  /** The file that gets a version. @throws Fault `input.invalid` at `fileId`, `state.conflict` where it is in the trash */
  async function versioned(actor: Actor, id: string): Promise<FileRecord> {
    const file = await referenced(
      'fileId',
      authorize(actor, 'file.upload', (orgId) => repo.find(orgId, id)),
    );
    if (file.deletedAt !== null) throw inTheTrash();
    return file;
  }

  /** @throws Fault `input.invalid` where the project, or what it is to belong to, does not exist for the actor */
  async function wanted(actor: Actor, projectId: string, attachTo: Attachment | null | undefined): Promise<void> {
    await referenced('projectId', owners.project(actor, { id: projectId }));
    if (attachTo) await owners.requireIn(actor, projectId, { of: attachTo, field: 'attachTo' });
  }

  async function addVersion(
    actor: Actor,
    version: KeptVersion,
    { attachTo, also }: Received & Along,
  ): Promise<FileRecord> {
    const { fileId: id } = version.stored;
    const { orgId } = actor;
    const file = await trail.record(actor, 'file.upload', {
      before: async () => {
        const was = await repo.find(orgId, id);
        return was && toldOf(was);
      },
      change: async () => {
        const added = await repo.addVersion(orgId, id, version);
        if (added) await also?.();
        if (!added || !attachTo || added.attachments.length >= mostAttachments) return added;
        return (await repo.attach(orgId, id, { ...attachTo, at: clock() })) ?? added;
      },
      told: toldOf,
    });
    if (!file) throw inTheTrash();
    return file;
  }

  function insert(actor: Actor, version: KeptVersion, received: Received & Along): Promise<FileRecord> {
    const { stored, ...latest } = version;
    const { projectId, folder, name, tags, attachTo, also } = received;
    const at = latest.uploadedAt;
    const file: FileRecord = {
      id: stored.fileId,
      projectId,
      folder,
      name,
      description: '',
      latest,
      versions: 1,
      revision: 0,
      createdAt: at,
      updatedAt: at,
      createdBy: actor.personId,
      deletedAt: null,
      tags: [...new Set(tags)],
      attachments: attachTo ? [attachTo] : [],
    };
    const change = async () => {
      const inserted = await repo.insert(actor.orgId, file, version);
      await also?.();
      return inserted;
    };
    return trail.record(actor, 'file.upload', { change, told: toldOf });
  }

  return {
    /**
     * Whether, and as what, something may be uploaded.
     * @throws Fault `access.denied`; `input.invalid` where what it names does not exist for the actor; `state.conflict`
     * where the file is in the trash
     */
    async reserve(actor: Actor, { projectId, fileId, attachTo }: NewUpload): Promise<Target> {
      await authorize(actor, 'file.upload');
      if (fileId === undefined) {
        await wanted(actor, projectId, attachTo);
        return { fileId: newId(), version: 1, projectId };
      }
      const file = await versioned(actor, fileId);
      await wanted(actor, file.projectId, attachTo);
      const version = await repo.reserveVersion(actor.orgId, fileId);
      if (version === null) throw inTheTrash();
      return { fileId, version, projectId: file.projectId };
    },

    /**
     * Makes visible what was received, together with its entry in the audit trail. All that was asked when it began is
     * asked again: hours may have passed.
     * @throws what `reserve` throws; nothing is visible then
     */
    async commit(actor: Actor, { fileId, version: number }: Target, received: Received & Along): Promise<DataFile> {
      await authorize(actor, 'file.upload');
      const { stored, sha256, mediaType, isNewVersion, attachTo } = received;
      const { projectId } = isNewVersion ? await versioned(actor, fileId) : received;
      await wanted(actor, projectId, attachTo);
      const version: KeptVersion = {
        number,
        size: stored.size,
        sha256,
        mediaType,
        kind: kindOfMedia(mediaType),
        scan: newVerdict,
        uploadedBy: actor.personId,
        uploadedAt: clock().toISOString(),
        stored,
      };
      const { inTurn = (transaction) => transaction() } = received;
      const file = await inTurn(() => (isNewVersion ? addVersion : insert)(actor, version, received));
      return tell(actor.orgId, file);
    },
  };
}

/** Nothing about a file changes while it is in the trash. */
export const inTheTrash = (): Fault =>
  new Fault('state.conflict', { detail: 'The file is in the trash: restore it first.' });
