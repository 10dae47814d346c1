import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { parentPort, Worker, type ResourceLimits, type Transferable } from 'node:worker_threads';

/** What a thread can be asked to do. Inputs and answers are copied by structured clone; a promise is waited for there. */
export type Tasks = Readonly<Record<string, (input: never) => unknown>>;
type Input<T extends Tasks, N extends keyof T> = Parameters<T[N]>[0];
type Answer<T extends Tasks, N extends keyof T> = Awaited<ReturnType<T[N]>>;

type Question = { id: number; task: string; input: unknown };
type Reply = { id: number; answer: unknown } | { id: number; failure: unknown };

export type WorkerThread<T extends Tasks> = {
  /**
   * Runs a task on the thread; tasks of one thread run one after another, but those that wait for something. What is in `transfer` moves instead of being
   * copied.
   * @throws what the task threw, or ThreadEnded where the thread ended meanwhile.
   */
  run<N extends keyof T & string>(
    task: N,
    input: Input<T, N>,
    transfer?: readonly Transferable[],
  ): Promise<Answer<T, N>>;
  /** Tasks that are not answered yet. */
  readonly waiting: number;
  /** Starts the thread ahead of its first task. */
  start(): void;
  close(): Promise<void>;
};

/** The thread died, or was closed, before it answered. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

/**
 * A thread beside the event loop for work that would block it. `file` calls `serveTasks`. The thread starts with its
 * first task; one that dies takes along what it was doing and is replaced at the next. Where processors are short, it waits
 * for the event loop.
 */
export function workerThread<T extends Tasks>(file: URL, resourceLimits: ResourceLimits = {}): WorkerThread<T> {
  let worker: Worker | null = null;
  let asked = 0;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();

  function begin(): Worker {
    const started = new Worker(file, { resourceLimits });
    started.on('message', (reply: Reply) => {
      const asking = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('failure' in reply) asking?.reject(reply.failure);
      else asking?.resolve(reply.answer);
      if (waiting.size === 0) started.unref();
    });
    let cause: unknown;
    started.on('error', (error) => (cause = error));
    started.on('exit', () => {
      if (worker === started) worker = null;
      for (const { reject } of waiting.values()) reject(new ThreadEnded('The worker thread ended.', { cause }));
      waiting.clear();
    });
    return started;
  }

  return {
    async run<N extends keyof T & string>(
      task: N,
      input: Input<T, N>,
      transfer: readonly Transferable[] = [],
    ): Promise<Answer<T, N>> {
      const id = ++asked;
      const asking = Promise.withResolvers<unknown>();
      waiting.set(id, asking);
      worker ??= begin();
      worker.ref();
      worker.postMessage({ id, task, input } satisfies Question, transfer);
      return (await asking.promise) as Answer<T, N>;
    },
    get waiting() {
      return waiting.size;
    },
    start() {
      if (worker) return;
      worker = begin();
      worker.unref();
    },
    async close() {
      if (!worker) return;
      const ended = once(worker, 'exit');
      await worker.terminate();
      await ended.catch(() => undefined);
    },
  };
}

/** The other side: answers what the host of this thread asks. */
export function serveTasks(tasks: Tasks): void {
  const port = parentPort;
  if (!port) throw new Error('This file runs on a worker thread.');
  letLoopGoFirst();
  const answer = async ({ id, task, input }: Question): Promise<void> => {
    try {
      const known = tasks[task];
      if (!known) throw new Error(`There is no task ${task}.`);
      const found: unknown = known(input as never);
      port.postMessage({ id, answer: found instanceof Promise ? await found : found } satisfies Reply);
    } catch (failure) {
      port.postMessage({ id, failure } satisfies Reply);
    }
  };
  port.on('message', (question: Question) => void answer(question));
}

/** On Linux who sets a priority is a thread, and sets its own; elsewhere it would be that of the whole process. */
function letLoopGoFirst(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
