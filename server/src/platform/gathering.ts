/**
 * Does together what came while the work before was under way: the more there is, the less one costs. Work of one key is
 * done one round after another, the first of them with all that comes in the same turn.
 */
export function gathering<J>(parts: {
  /** Takes those of the next round out of what waits; at least one. */
  nextOf: (waiting: J[]) => J[];
  /** Does them, and tells each what became of it. */
  settle: (key: string, jobs: J[]) => Promise<void>;
  /** Tells one that its round has failed. */
  fail: (job: J, error: unknown) => void;
}): (key: string, job: J) => void {
  const { nextOf, settle, fail } = parts;
  const waiting = new Map<string, J[]>();

  async function drain(key: string, queue: J[]): Promise<void> {
    while (queue.length > 0) {
      const jobs = nextOf(queue);
      await settle(key, jobs).catch((error: unknown) => jobs.forEach((job) => fail(job, error)));
    }
    waiting.delete(key);
  }

  return (key, job) => {
    const queue = waiting.get(key) ?? [];
    queue.push(job);
    if (waiting.has(key)) return;
    waiting.set(key, queue);
    queueMicrotask(() => void drain(key, queue));
  };
}
