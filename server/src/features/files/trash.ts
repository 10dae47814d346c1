import { daysInTrash, type DataFile } from '@cobench/shared/files/file';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { FileRecord, FileRepo } from './file.repo.ts';
import { toldOf } from './told.ts';

/** Counts what people keep; told within the transaction that takes rows out. */
type Usage = { freed(orgId: string, versions: readonly { uploadedBy: string; size: number }[]): Promise<void> };
export type TrashDeps = {
  repo: FileRepo;
  objects: Pick<ObjectStore, 'remove'>;
  usage: Usage;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  tell: (orgId: string, file: FileRecord) => Promise<DataFile>;
};
type ById = { id: string };

const dayMs = 86_400_000;
const atOnce = 50;

/** Where files wait for a while before they are gone for good. */
export function fileTrash({ repo, objects, usage, trail, events, clock, log, tell }: TrashDeps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  /**
   * The rows with the keys go first, and what lies in the store opens nothing from then on. An object that cannot be
   * removed now is one that nobody owns, and swept later. `before`: only where it was in the trash by then.
   */
  async function purged(doer: Doer, id: string, before?: Date): Promise<boolean> {
    const { orgId } = doer;
    const removed = await trail.record(doer, 'file.purge', {
      before: async () => {
        const file = await repo.find(orgId, id);
        return file && toldOf(file);
      },
      change: async () => {
        const gone = await repo.remove(orgId, id, before);
        if (gone) await usage.freed(orgId, gone.versions);
        return gone;
      },
      told: () => null,
    });
    if (!removed) return false;
    for (const { stored } of removed.versions) {
      await objects.remove(stored.objectKey).catch((err: unknown) => {
        log.warn({ err, objectKey: stored.objectKey }, 'what was purged is still in the object store');
      });
    }
    await events.publish({ type: 'file.purged', orgId, id, projectId: removed.file.projectId });
    return true;
  }

  return {
    /** @throws Fault `state.conflict` where it is in the trash already */
    async remove(actor: Actor, { id }: ById): Promise<DataFile> {
      const before = await authorize(actor, 'file.delete', find(id));
      const change = () => repo.setDeleted(actor.orgId, id, clock());
      const removed = await trail.record(actor, 'file.delete', { before: toldOf(before), change, told: () => null });
      if (!removed) throw new Fault('state.conflict', { detail: 'The file is in the trash already.' });
      return tell(actor.orgId, removed);
    },

    /** @throws Fault `state.conflict` where it is not in the trash */
    async restore(actor: Actor, { id }: ById): Promise<DataFile> {
      await authorize(actor, 'file.delete', find(id));
      const change = () => repo.setDeleted(actor.orgId, id, null);
      const restored = await trail.record(actor, 'file.restore', { change, told: toldOf });
      if (!restored) throw notInTheTrash();
      return tell(actor.orgId, restored);
    },

    /** @throws Fault `state.conflict` where it is not in the trash */
    async purge(actor: Actor, { id }: ById): Promise<ById> {
      await authorize(actor, 'file.purge', find(id));
      if (!(await purged(actor, id))) throw notInTheTrash();
      return { id };
    },

    /** Removes for good what has been in the trash for too long. */
    async emptyTrash(): Promise<void> {
      const before = new Date(clock().getTime() - daysInTrash * dayMs);
      const failed = new Set<string>();
      for (;;) {
        const due = (await repo.inTrashBefore(before, atOnce + failed.size)).filter(({ id }) => !failed.has(id));
        for (const { orgId, id } of due) {
          // Somebody may have taken it out and thrown it away again since: then it stays for as long as any other.
          await purged({ orgId, outside: 'system', name: 'Cobench' }, id, before).catch((err: unknown) => {
            failed.add(id);
            log.warn({ err, fileId: id }, 'a file in the trash could not be removed; others are');
          });
        }
        if (due.length < atOnce) return;
      }
    },
  };
}

const notInTheTrash = (): Fault => new Fault('state.conflict', { detail: 'The file is not in the trash.' });
