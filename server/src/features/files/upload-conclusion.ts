import { createHash } from 'node:crypto';
import type { DataFile } from '@cobench/shared/files/file';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import { newId } from '../../platform/new-id.ts';
import { openSealed } from '../../platform/sealed-files/open-sealed.ts';
import type { StoredFile } from '../../platform/sealed-files/stored-file.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { Catalogue } from './catalogue.ts';
import type { FileRecord } from './file.repo.ts';
import { overtaken, type Whole } from './sealed-writer.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';
import type { UploadRemoval } from './upload-removal.ts';
import type { UsageService } from './usage.service.ts';

export type ConclusionDeps = {
  repo: UploadRepo;
  store: ObjectStore;
  keys: FileKeys;
  catalogue: Catalogue;
  usage: UsageService;
  removal: UploadRemoval;
  clock: Clock;
};
type Content = Pick<Whole, 'passes' | 'size' | 'sha256' | 'mediaType'> & { objectKey: string };

/** Where whoever lost the answer still finds out what became of their upload. */
const doneForMs = 86_400_000;
/** Objects that nobody owns are swept after an hour: what took this long is not committed any more. */
const longestCommitMs = 20 * 60_000;

/** The end of an upload: what arrived is put together, compared with what the sender said, and becomes visible. */
export function uploadConclusion(deps: ConclusionDeps) {
  const { repo, store, keys, catalogue, usage, removal, clock } = deps;

  const storedOf = (upload: UploadRecord, { objectKey, passes, size }: Omit<Content, 'sha256' | 'mediaType'>) => {
    const { id, orgId, fileId, version, ownerId, keyName, wrappedKey } = upload;
    return { id, orgId, fileId, version, ownerId, keyName, wrappedKey, objectKey, passes, size } satisfies StoredFile;
  };

  /** @throws Fault `input.invalid` at `sha256`: it is removed then */
  async function requireAsSaid(upload: UploadRecord, sha256: string): Promise<void> {
    if (upload.sha256 === null || upload.sha256 === sha256) return;
    await removal.giveUp(upload);
    const why = `What arrived has the SHA-256 ${sha256}: something changed on the way. Send it again.`;
    throw invalidField('sha256', why);
  }

  async function commit(actor: Actor, upload: UploadRecord, content: Content): Promise<DataFile> {
    const { orgId, ownerId: personId, fileId, version, projectId, folder, filename, tags, attachTo, size } = upload;
    const also = async (): Promise<void> => {
      const now = clock();
      const done = { state: 'done', objectKey: content.objectKey, offset: content.size, tail: null } as const;
      const until = new Date(now.getTime() + doneForMs);
      if (!(await repo.save(upload, { ...done, received: content.size, expiresAt: until }))) throw overtaken();
      await usage.settle({ orgId, personId }, { reserved: size, used: content.size });
    };
    const { sha256, mediaType } = content;
    const received = {
      projectId,
      folder,
      name: filename,
      tags,
      attachTo,
      isNewVersion: upload.isNewVersion,
      stored: storedOf(upload, content),
      sha256,
      mediaType,
      also,
      inTurn: (transaction: () => Promise<FileRecord>) => usage.inTurn({ orgId, personId }, transaction),
    };
    const file = await catalogue.commit(actor, { fileId, version, projectId }, received);
    if (upload.tail?.key) await store.remove(upload.tail.key).catch(() => undefined);
    return file;
  }

  return {
    /** Of an upload whose parts are all durable; asking again goes on where it stopped. */
    async ofParts(actor: Actor, upload: UploadRecord): Promise<DataFile> {
      const { objectKey, token, receipts, passes, received: size, mediaType } = upload;
      if (token === null || size === null) throw new Error(`Upload ${upload.id} is not sealed.`);
      await store.completeParts({ key: objectKey, token }, receipts);
      const stored = storedOf(upload, { objectKey, passes, size });
      const sha256 = upload.computed ?? (await readBack(stored));
      await requireAsSaid(upload, sha256);
      return commit(actor, upload, { objectKey, passes, size, sha256, mediaType: mediaType ?? unknownType });
    },

    /** Of an upload that came in one piece. */
    async ofWhole(actor: Actor, upload: UploadRecord, { bytes, ...content }: Whole): Promise<DataFile> {
      await requireAsSaid(upload, content.sha256);
      // A key that no earlier writer knows: none of them can write over it.
      const objectKey = `sandbox/${upload.projectId}/${upload.ownerId}/${newId()}.enc`;
      const begun = clock().getTime();
      await store.put(objectKey, bytes);
      try {
        if (clock().getTime() - begun > longestCommitMs) throw overtaken();
        return await commit(actor, upload, { ...content, objectKey });
      } catch (error) {
        // Where it cannot be told whether it was committed, the sweep finds out; what is thrown behind the commit takes nothing away.
        const isRefused = error instanceof Fault && (await repo.find(upload.orgId, upload.id))?.state !== 'done';
        if (isRefused) await store.remove(objectKey).catch(() => undefined);
        throw error;
      }
    },
  };

  /** The SHA-256 of what is stored, every seal of it checked. @throws SealBroken */
  async function readBack(stored: StoredFile): Promise<string> {
    const hash = createHash('sha256');
    const read = (range: { from: number; to: number }) => store.read(stored.objectKey, range);
    for await (const bytes of openSealed({ key: keys.open(stored), stored }, null, read)) hash.update(bytes);
    return hash.digest('hex');
  }
}

const unknownType = 'application/octet-stream';
