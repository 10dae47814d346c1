import { KeyMissing } from '../../platform/keys/key-ring.ts';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import { openSealed } from '../../platform/sealed-files/open-sealed.ts';
import { SealBroken } from '../../platform/sealed-files/seal-broken.ts';
import {
  ObjectMissing,
  StoreUnavailable,
  type ByteRange,
  type ObjectStore,
} from '../../platform/storage/object-store.ts';
import type { FileRecord, FileRepo, KeptVersion } from './file.repo.ts';

type Deps = {
  repo: Pick<FileRepo, 'find' | 'version'>;
  objects: Pick<ObjectStore, 'read'>;
  keys: Pick<FileKeys, 'open'>;
  log: Pick<Log, 'error'>;
};
type Which = { id: string; version?: number | undefined };
export type Readable = { file: FileRecord; kept: KeptVersion };
/** The one way to what files hold: the right is asked, then what is stored is opened as it is read. */
export type FileBytes = ReturnType<typeof fileBytes>;

export function fileBytes({ repo, objects, keys, log }: Deps) {
  function failure(error: unknown, { stored }: KeptVersion): unknown {
    const { fileId, version, objectKey, keyName } = stored;
    if (error instanceof StoreUnavailable) {
      const detail = 'The store of files does not answer. Try again in a moment.';
      return new Fault('service.unavailable', { detail, retryAfterSeconds: 5, cause: error });
    }
    if (error instanceof KeyMissing) {
      log.error({ err: error, fileId, version, keyName }, 'a master key is missing');
      return new Fault('service.unavailable', { detail: 'It was sealed under a master key that is not there.' });
    }
    if (error instanceof SealBroken || error instanceof ObjectMissing) {
      log.error({ err: error, fileId, version, objectKey }, 'what is stored of a file is not what was sealed');
      const detail = 'What is stored of this file is damaged, so it is not given out. The fault was logged.';
      return new Fault('internal.fault', { detail, cause: error });
    }
    return error;
  }

  return {
    /**
     * The version that somebody may read, the latest unless another is named.
     * @throws Fault `resource.missing`, `access.denied`; `state.conflict` where it is in quarantine
     */
    async readable(actor: Actor, { id, version }: Which): Promise<Readable> {
      const file = await authorize(actor, 'file.read', (orgId) => repo.find(orgId, id));
      const kept = await repo.version(actor.orgId, id, version ?? file.latest.number);
      if (!kept) throw new Fault('resource.missing', { detail: 'The file has no such version.' });
      requireOut({ file, kept });
      return { file, kept };
    },

    /**
     * What it holds; each piece was authenticated before it is given away.
     * @throws Fault `service.unavailable`, `internal.fault` where what is stored is damaged
     */
    async *read(kept: KeptVersion, range: ByteRange | null = null): AsyncGenerator<Uint8Array, void, undefined> {
      const { stored } = kept;
      try {
        const key = keys.open(stored);
        yield* openSealed({ key, stored }, range, (part) => objects.read(stored.objectKey, part));
      } catch (error) {
        throw failure(error, kept);
      }
    },

    /** The key of one version, for who opens it elsewhere. */
    keyOf(kept: KeptVersion): Buffer {
      try {
        return keys.open(kept.stored);
      } catch (error) {
        throw failure(error, kept);
      }
    },

    /** What is stored of it, sealed as it is. */
    async sealed(kept: KeptVersion, range: ByteRange | null) {
      try {
        return await objects.read(kept.stored.objectKey, range ?? undefined);
      } catch (error) {
        throw failure(error, kept);
      }
    },
  };
}

/** @throws Fault `state.conflict` where the version is in quarantine */
export function requireOut({ file, kept }: Readable): void {
  const why = quarantine[kept.scan];
  if (why !== null) throw new Fault('state.conflict', { detail: `“${file.name}” ${why}` });
}

/** Why a version is not given out; null where it is. */
const quarantine = {
  unscanned: null,
  clean: null,
  waiting: 'is in quarantine until the malware scanner has looked at it.',
  infected: 'stays in quarantine: the malware scanner found something in it.',
} as const;
