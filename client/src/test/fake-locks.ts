import type { HoldAlone } from '#lib/uploads/hold-alone.ts';

/** For tests: the locks of one browser, given to one tab after the other. */
export function fakeLocks(): HoldAlone {
  const last = new Map<string, Promise<void>>();
  return async (name, signal) => {
    const before = last.get(name) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    last.set(
      name,
      before.then(() => promise),
    );
    await before;
    if (!signal?.aborted) return resolve;
    resolve();
    return null;
  };
}
