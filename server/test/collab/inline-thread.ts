import type { DocumentThread } from '../../src/realtime/collab/document-thread.ts';
import { documentTasks } from '../../src/realtime/collab/worker/document-tasks.ts';
import type { HotLimits } from '../../src/realtime/collab/worker/hot-documents.ts';

/** Computes with documents on the event loop, as fast as it can: no thread to wait for. */
export function inlineThread(hot: HotLimits | null = null): DocumentThread {
  const tasks = documentTasks(hot);
  const run: DocumentThread['run'] = async (task, input) => {
    const work: (input: never) => unknown = tasks[task];
    return work(input as never) as ReturnType<(typeof tasks)[typeof task]>;
  };
  return { run, soon: run, waiting: 0, start: () => undefined, close: async () => undefined };
}
