/** Milliseconds before the first trial after an interruption; each further one waits twice as long, up to the longest. */
const first = 1000;
const longest = 30_000;

/**
 * Resolves when it is worth trying again, for the n-th time in a row: after a while that grows, and differs from one file
 * to the next, so that not all of a laboratory comes back in the same moment; at once when the network is back. Rejects
 * with the reason of `signal`.
 */
export function tryAgain(attempt: number, signal: AbortSignal): Promise<void> {
  const delay = Math.min(longest, first * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', now);
      signal.removeEventListener('abort', stopped);
    };
    const now = () => {
      end();
      resolve();
    };
    const stopped = () => {
      end();
      reject(signal.reason as Error);
    };
    const timer = setTimeout(now, delay);
    addEventListener('online', now);
    signal.addEventListener('abort', stopped);
  });
}
