/**
 * Gathers what comes fast: of each key the newest, delivered together when `schedule` calls back. So a screen is drawn
 * once for many messages.
 */
export function gathered<T>(
  keyOf: (item: T) => string,
  { deliver, schedule }: { deliver: (items: readonly T[]) => void; schedule: (work: () => void) => () => void },
): { add(item: T): void; stop(): void } {
  let waiting = new Map<string, T>();
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel = null;
    const items = [...waiting.values()];
    waiting = new Map();
    deliver(items);
  }

  return {
    add(item) {
      waiting.set(keyOf(item), item);
      cancel ??= schedule(flush);
    },
    /** What waits is dropped. */
    stop() {
      cancel?.();
      cancel = null;
      waiting = new Map();
    },
  };
}

/** Soon: many times a second are smooth, and hundreds of charts leave time for fingers. */
export function soon(work: () => void): () => void {
  const timer = setTimeout(work, 100);
  return () => clearTimeout(timer);
}
