import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { UploadRemoval } from './upload-removal.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';

type Deps = {
  repo: UploadRepo;
  store: ObjectStore;
  removal: UploadRemoval;
  /** Of these keys, those of versions that are there. */
  keysKept: (keys: readonly string[]) => Promise<Set<string>>;
  clock: Clock;
  log: Pick<Log, 'warn' | 'info'>;
};

const atOnce = 200;
/** What is younger may belong to an upload that is about to say so. */
const youngMs = 3_600_000;

/**
 * Clears away what nobody will ask for again. It may run in several processes at a time, and while uploads begin and end:
 * whoever removes something has first made sure that nobody can still want it.
 */
export function uploadSweep({ repo, store, removal, keysKept, clock, log }: Deps) {
  async function sweepOne(upload: UploadRecord): Promise<void> {
    const { orgId, id, state } = upload;
    if (state === 'done') return repo.remove(orgId, id);
    if (state === 'given-up') return removal.clear(upload);
    const taken = await repo.take(orgId, id);
    // Whoever went on with it in this moment has it longer; whoever had ended it needs nothing of this.
    if (taken && taken.expiresAt <= clock()) await removal.giveUp(taken);
  }

  /** Uploads first: one that commits in this moment is among them until its version is there. */
  async function unowned(keys: readonly string[]): Promise<string[]> {
    const underWay = await repo.keysKnown(keys);
    const others = keys.filter((key) => !underWay.has(key));
    const kept = others.length > 0 ? await keysKept(others) : new Set<string>();
    return others.filter((key) => !kept.has(key));
  }

  async function removeUnowned(keys: readonly string[]): Promise<number> {
    const orphans = await unowned(keys);
    for (const key of orphans) await store.remove(key);
    return orphans.length;
  }

  return {
    /** Uploads that nobody goes on with, and what is still known of those that ended. */
    async uploads(): Promise<void> {
      const failed = new Set<string>();
      for (;;) {
        const over = (await repo.over(clock(), atOnce + failed.size)).filter(({ id }) => !failed.has(id));
        for (const upload of over) {
          await sweepOne(upload).catch((err: unknown) => {
            failed.add(upload.id);
            log.warn({ err, uploadId: upload.id }, 'an upload that is over could not be cleared away');
          });
        }
        if (over.length < atOnce) return;
      }
    },

    /** Objects and parts in the store that belong to no version and no upload, and have for an hour. */
    async store(): Promise<void> {
      const before = new Date(clock().getTime() - youngMs);
      let removed = 0;
      let keys: string[] = [];
      for await (const { key, modifiedAt } of store.list('sandbox/')) {
        if (modifiedAt < before) keys.push(key);
        if (keys.length < atOnce) continue;
        removed += await removeUnowned(keys);
        keys = [];
      }
      if (keys.length > 0) removed += await removeUnowned(keys);
      for await (const parts of store.openParts(before)) {
        if (await repo.knowsParts(parts.token)) continue;
        await store.abandonParts(parts);
        removed++;
      }
      if (removed > 0) log.info({ removed }, 'objects and parts that nobody owned were removed from the file store');
    },
  };
}
