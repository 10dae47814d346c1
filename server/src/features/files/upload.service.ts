import type { DataFile } from '@cobench/shared/files/file';
import type { NewUpload, Upload } from '@cobench/shared/files/upload';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import { newId } from '../../platform/new-id.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { Catalogue } from './catalogue.ts';
import { keptTails } from './kept-tail.ts';
import { expiryAfter } from './sealed-writer.ts';
import { uploadConclusion } from './upload-conclusion.ts';
import { UploadDigests } from './upload-digests.ts';
import { elsewhere, uploadReceiver, type Outcome, type Source } from './upload-receiver.ts';
import { uploadRemoval } from './upload-removal.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';
import type { UsageService } from './usage.service.ts';

export type UploadDeps = {
  repo: UploadRepo;
  store: ObjectStore;
  keys: FileKeys;
  catalogue: Catalogue;
  usage: UsageService;
  clock: Clock;
};
export type UploadService = ReturnType<typeof uploadService>;

/** How an upload stands for whoever sends it; `file` where it has ended. */
export type Standing = { id: string; size: number; offset: number; expiresAt: Date; fileId: string | null };

/** Files on their way in. Nothing of them is visible before the last byte is durable, checked and committed. */
export function uploadService(deps: UploadDeps) {
  const { repo, store, keys, catalogue, usage, clock } = deps;
  const digests = new UploadDigests();
  const removal = uploadRemoval({ repo, store, usage, digests });
  const conclusion = uploadConclusion({ ...deps, removal });
  const receiver = uploadReceiver({ ...deps, tails: keptTails(store), digests, conclusion, removal });

  const ending = new Map<string, Promise<void>>();

  /** The upload is its starter's alone, and its project must be seen by them. @throws Fault `resource.missing` */
  function own(actor: Actor, id: string): Promise<UploadRecord> {
    return authorize(actor, 'file.upload', async (orgId) => {
      const upload = await repo.find(orgId, id);
      return upload?.ownerId === actor.personId && upload.state !== 'given-up' ? upload : null;
    });
  }
  const resumable = async (actor: Actor, id: string): Promise<UploadRecord> => {
    const upload = await own(actor, id);
    if (upload.way !== 'resumable') throw new Fault('resource.missing');
    return upload;
  };

  /** `size`: bytes that will come; of a form, at most. */
  async function begin(
    actor: Actor,
    asked: NewUpload,
    { size, way, id = newId() }: { size: number; way: UploadRecord['way']; id?: string },
  ): Promise<UploadRecord> {
    const { orgId, personId } = actor;
    await authorize(actor, 'file.upload');
    const { filename, folder, tags } = asked;
    await usage.prepare({ orgId, personId });
    const target = await catalogue.reserve(actor, asked);
    const { keyName, wrappedKey } = keys.make({ orgId, ...target }, personId);
    const now = clock();
    const upload: UploadRecord = {
      id,
      orgId,
      ownerId: personId,
      ...target,
      isNewVersion: asked.fileId !== undefined,
      filename,
      folder,
      tags,
      attachTo: asked.attachTo ?? null,
      sha256: asked.sha256 ?? null,
      size,
      way,
      keyName,
      wrappedKey,
      startedAt: now,
      objectKey: `sandbox/${target.projectId}/${personId}/${newId()}.enc`,
      token: null,
      receipts: [],
      passes: [],
      tail: null,
      offset: 0,
      mediaType: null,
      expiresAt: expiryAfter(now, way),
      state: 'open',
      // Whoever begins it is its first writer.
      writer: 1,
      computed: null,
      received: null,
    };
    const setAside = async (): Promise<void> => {
      await usage.reserve({ orgId, personId }, size);
      await repo.insert(upload);
    };
    await usage.inTurn({ orgId, personId }, () => repo.together(setAside));
    return upload;
  }

  /** Ends what has all its bytes and was not committed, because a process died or a right was missing in that moment. */
  async function ended(actor: Actor, upload: UploadRecord): Promise<UploadRecord> {
    if (upload.state !== 'sealed') return upload;
    const { id } = upload;
    // All of it may have to be read back: whoever lost patience and asks again waits for the same, and does not take it away.
    const underWay = ending.get(id) ?? endOf(actor, upload).finally(() => ending.delete(id));
    ending.set(id, underWay);
    await underWay;
    return own(actor, id);
  }

  async function endOf(actor: Actor, { orgId, id }: UploadRecord): Promise<void> {
    await receiver.quiet(id);
    const taken = await repo.take(orgId, id);
    if (taken?.state === 'sealed') await removal.unlessLost(taken, () => conclusion.ofParts(actor, taken));
  }

  return {
    begin: (actor: Actor, asked: NewUpload, options: { size: number; id: string }): Promise<UploadRecord> =>
      begin(actor, asked, { ...options, way: 'resumable' }),

    /** Takes the first bytes of an upload that the same request has begun. */
    receiveFirst: async (actor: Actor, begun: UploadRecord, source: Source): Promise<Standing> =>
      standingAfter(begun, await receiver.receiveFirst(begun, source, actor)),

    /** Where an upload goes on. What is complete by now is ended first. */
    look: async (actor: Actor, id: string): Promise<Standing> =>
      standing(await ended(actor, await resumable(actor, id))),

    /** Whether somebody may upload at all, before any of it is read. @throws Fault `access.denied` */
    async requireUploader(actor: Actor): Promise<void> {
      await authorize(actor, 'file.upload');
    },

    /** Whether somebody may go on with an upload. @throws Fault */
    async require(actor: Actor, id: string): Promise<void> {
      await resumable(actor, id);
    },

    /** Whoever sends to it here is stopped, and what came is kept. */
    quiet: receiver.quiet,

    /** Takes bytes from an offset on, and ends the upload where they are all of it. Answers where it stands. */
    async receive(actor: Actor, id: string, source: Source & { offset: number }): Promise<Standing> {
      const upload = await ended(actor, await resumable(actor, id));
      if (upload.state !== 'open') {
        if (source.offset !== upload.offset) throw elsewhere(upload.offset);
        return standing(upload);
      }
      return standingAfter(upload, await receiver.receive(upload, source));
    },

    /** A file that comes as it is, in one go; where that fails nothing is left. */
    async receiveWhole(actor: Actor, asked: NewUpload, source: Source & { most: number }): Promise<DataFile> {
      const upload = await begin(actor, asked, { size: source.most, way: 'form' });
      try {
        const { file } = await receiver.receiveFirst(upload, source, actor);
        if (!file) throw new Fault('input.malformed', { detail: 'The form broke off.' });
        return file;
      } catch (error) {
        const taken = await repo.take(upload.orgId, upload.id);
        if (taken) await removal.giveUp(taken);
        throw error;
      }
    },

    async cancel(actor: Actor, id: string): Promise<void> {
      const upload = await resumable(actor, id);
      await receiver.quiet(id);
      const taken = await repo.take(upload.orgId, id);
      if (taken) await removal.giveUp(taken);
    },

    async list(actor: Actor, page: { limit: number; cursor?: string | undefined }): Promise<Page<Upload>> {
      await authorize(actor, 'file.upload');
      const { items, nextCursor } = await repo.page(actor.orgId, actor.personId, page);
      return { items: items.filter(({ projectId }) => !actor.hidden.has(projectId)).map(toUpload), nextCursor };
    },

    removal,
  };
}

/** What is sealed and not committed has not ended: its last byte is still to be acknowledged. */
const standing = ({ id, size, offset, expiresAt, state, fileId, received }: UploadRecord): Standing => ({
  id,
  size: state === 'done' ? (received ?? size) : size,
  offset,
  expiresAt,
  fileId: state === 'done' ? fileId : null,
});

const standingAfter = (upload: UploadRecord, { offset, file }: Outcome): Standing => ({
  ...standing(upload),
  offset,
  fileId: file?.id ?? null,
});

const toUpload = (upload: UploadRecord): Upload => ({
  id: upload.id,
  filename: upload.filename,
  projectId: upload.projectId,
  folder: upload.folder,
  size: upload.size,
  offset: upload.offset,
  sha256: upload.sha256,
  startedAt: upload.startedAt.toISOString(),
  expiresAt: upload.expiresAt.toISOString(),
});
