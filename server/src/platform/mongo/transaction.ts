import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientSession, Connection } from 'mongoose';

const running = new AsyncLocalStorage<ClientSession>();

/**
 * All that `work` writes, or nothing of it. Every query of `work` belongs to it without being told; within another
 * transaction it is part of that one. Where the store asks for it the driver runs `work` again, so it must not change
 * anything but the store, and one command at a time.
 */
export function inTransaction<T>(connection: Connection, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const outer = running.getStore();
  if (outer) return work(outer);
  return connection.transaction((session) => running.run(session, () => work(session)));
}

/** Whether the caller is within a transaction: what it writes is part of that. */
export const isInTransaction = (): boolean => running.getStore() !== undefined;
