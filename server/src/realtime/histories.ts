import type { DocumentHistory } from '../features/history/index.ts';
import { workerThread } from '../platform/worker-thread.ts';
import type { CollabServer } from './collab/collab-server.ts';
import { documentHistory } from './collab/history.ts';
import type { DocumentLog } from './collab/log.ts';
import type { PastTasks } from './collab/worker/past-tasks.ts';
import { writerOf } from './documents.ts';

type Parts = { log: DocumentLog; collab: Pick<CollabServer, 'edit'> };

type OpenHistory = DocumentHistory & {
  /** Tasks that the thread has not answered. */
  waitingTasks(): number;
  close(): Promise<void>;
};

/** The history of the documents that people edit together, on a thread of its own. */
export function openHistory({ log, collab }: Parts): OpenHistory {
  const thread = workerThread<PastTasks>(new URL('./collab/worker/past.worker.ts', import.meta.url));
  const history = documentHistory({
    log,
    thread,
    writerOf,
    write: (document, by, update) => collab.edit(document, by, () => update),
  });
  return { ...history, waitingTasks: () => thread.waiting, close: () => thread.close() };
}
