/**
 * Runs the tasks of one key one after another, in the order they came; tasks of different keys do not wait for each
 * other. It only spares this process futile attempts: what must hold between processes is a condition of the write.
 */
export function inTurn(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = last.get(key);
    // A failure belongs to whoever asked for that task, not to the one after it.
    const mine = before ? before.then(task, task) : task();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
