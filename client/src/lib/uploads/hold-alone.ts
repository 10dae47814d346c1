/**
 * Waits until no other tab holds a name, and holds it. Answers how to let it go, which the end of the page does too; null
 * where `signal` fired before, or the browser has no locks (a page without https).
 */
export type HoldAlone = (name: string, signal?: AbortSignal) => Promise<(() => void) | null>;

export const holdAlone: HoldAlone = (name, signal) =>
  new Promise((resolve) => {
    const { locks } = navigator as { locks?: LockManager };
    if (locks === undefined) return resolve(null);
    const hold = () => new Promise<void>((release) => resolve(release));
    locks.request(name, signal ? { signal } : {}, hold).catch(() => resolve(null));
  });
