import { Fault } from '../../platform/fault.ts';
import { SealBroken } from '../../platform/sealed-files/seal-broken.ts';
import { ObjectMissing, type ObjectStore } from '../../platform/storage/object-store.ts';
import { overtaken } from './sealed-writer.ts';
import type { UploadDigests } from './upload-digests.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';
import type { UsageService } from './usage.service.ts';

type Deps = { repo: UploadRepo; store: ObjectStore; usage: UsageService; digests: UploadDigests };
export type UploadRemoval = ReturnType<typeof uploadRemoval>;

/** Gives uploads up: nobody writes them any more, what was set aside is free, and then what is stored goes. */
export function uploadRemoval({ repo, store, usage, digests }: Deps) {
  /** Also what an earlier attempt left. */
  async function clear(upload: UploadRecord): Promise<void> {
    const { orgId, id, objectKey, token, tail } = upload;
    if (token !== null) await store.abandonParts({ key: objectKey, token });
    await store.remove(objectKey);
    if (tail?.key) await store.remove(tail.key);
    await repo.remove(orgId, id);
  }

  /** The newest writer's upload. @throws Fault `state.conflict` where it is done, or has a newer writer */
  async function giveUp(upload: UploadRecord): Promise<void> {
    const { orgId, ownerId: personId, size } = upload;
    digests.forget(upload.id);
    await repo.together(async () => {
      if (!(await repo.save(upload, { state: 'given-up', expiresAt: new Date(0) }))) throw overtaken();
      await usage.settle({ orgId, personId }, { reserved: size, used: 0 });
    });
    // What cannot be removed now is given up in any case, and the sweep comes back to it.
    await clear(upload).catch(() => undefined);
  }

  return {
    giveUp,
    clear,

    /**
     * Goes on with what is stored of the newest writer's upload. Where that is not there any more, after a restore or
     * because the bucket ended it, nobody can ever go on with it: it is given up, so that its sender begins anew.
     * @throws Fault `resource.missing` then, and what `work` throws
     */
    async unlessLost<T>(upload: UploadRecord, work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (cause) {
        if (!(cause instanceof ObjectMissing || cause instanceof SealBroken)) throw cause;
        await giveUp(upload);
        throw new Fault('resource.missing', { cause, detail: 'What had arrived of it is lost: send it again.' });
      }
    },
  };
}
