type Versioned = { id: string; version: number };
type Options<T> = { recordOf: (news: T) => Versioned; every: number };

/**
 * Thins out the news of fast-changing records: the first is told at once, then at most one per record and `every`
 * milliseconds, always ending with the newest. An older version never follows a newer one.
 */
export function coalesce<T>(tell: (news: T) => void, { recordOf, every }: Options<T>) {
  const recent = new Map<string, { news: T; waiting: boolean; timer: NodeJS.Timeout }>();

  const restThen = (id: string): NodeJS.Timeout => setTimeout(() => goOn(id), every);

  function goOn(id: string): void {
    const newest = recent.get(id);
    if (!newest?.waiting) {
      recent.delete(id);
      return;
    }
    tell(newest.news);
    recent.set(id, { news: newest.news, waiting: false, timer: restThen(id) });
  }

  return {
    push(news: T): void {
      const { id, version } = recordOf(news);
      const newest = recent.get(id);
      if (!newest) {
        tell(news);
        recent.set(id, { news, waiting: false, timer: restThen(id) });
      } else if (version >= recordOf(newest.news).version) {
        recent.set(id, { ...newest, news, waiting: true });
      }
    },
    /** Tells nothing any more. */
    stop(): void {
      for (const { timer } of recent.values()) clearTimeout(timer);
      recent.clear();
    },
  };
}
