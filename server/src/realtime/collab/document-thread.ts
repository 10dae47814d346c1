import { ThreadEnded, workerThread } from '../../platform/worker-thread.ts';
import { largeBytes } from './limits.ts';
import { documentTasks, type DocumentTasks } from './worker/document-tasks.ts';

type Input<N extends keyof DocumentTasks> = Parameters<DocumentTasks[N]>[0];
type Answer<N extends keyof DocumentTasks> = ReturnType<DocumentTasks[N]>;

export type DocumentThread = {
  /** Runs a task beside the event loop. @throws what the task throws, or ThreadEnded where it ended the thread twice. */
  run<N extends keyof DocumentTasks>(task: N, input: Input<N>): Promise<Answer<N>>;
  /** The same for somebody who waits; on the event loop where `bytes` of content are too few to be worth the way. */
  soon<N extends keyof DocumentTasks>(task: N, input: Input<N>, bytes: number): Promise<Answer<N>>;
  /** Tasks that are not answered yet. */
  readonly waiting: number;
  /** Starts the thread ahead of the first task. */
  start(): void;
  close(): Promise<void>;
};

/** A document of 12 MB is some 130 MB as a `Y.Doc`; a thread that needs more is ended, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 8 };

/** The thread that computes with documents. A task whose thread died is tried once more: another may have killed it. */
export function documentThread(
  thread = workerThread<DocumentTasks>(new URL('./worker/document.worker.ts', import.meta.url), resourceLimits),
): DocumentThread {
  const here = documentTasks(null);
  let closed = false;

  async function run<N extends keyof DocumentTasks>(task: N, input: Input<N>): Promise<Answer<N>> {
    try {
      return await thread.run(task, input);
    } catch (error) {
      if (closed || !(error instanceof ThreadEnded)) throw error;
      return thread.run(task, input);
    }
  }

  return {
    run,
    get waiting() {
      return thread.waiting;
    },
    async soon(task, input, bytes) {
      if (bytes > largeBytes) return run(task, input);
      const inline: (input: never) => unknown = here[task];
      return inline(input as never) as Answer<typeof task>;
    },
    start: () => thread.start(),
    async close() {
      closed = true;
      await thread.close();
    },
  };
}
