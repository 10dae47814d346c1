import type { Answer } from './transport.ts';

/** Statuses that say "not now": timeout, too early, too many. All other refusals are final. */
const notNow = new Set([408, 425, 429]);
const shortestMs = 200;

export const isStored = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Whether sending the same again is of no use. */
export const isFinal = ({ status }: Answer): boolean =>
  status < 500 && !isStored({ status } as Answer) && !notNow.has(status);

type Patience = {
  random: () => number;
  /** The longest wait, unless the server asks for a longer one. */ longestWaitMs: number;
};

/**
 * How long to wait after the failed attempt of this number (from 0): twice as long each time up to the longest, of that
 * at least half and the rest by chance, so that instruments which lost the same server do not come back in one moment. What
 * the server asks for (Retry-After) is waited for in any case.
 */
export function waitAfter(attempt: number, answer: Answer | null, { random, longestWaitMs }: Patience): number {
  const longest = Math.min(longestWaitMs, shortestMs * 2 ** Math.min(attempt, 16));
  const own = longest * (0.5 + random() / 2);
  const asked = answer?.retryAfterSeconds ?? null;
  return asked === null ? own : asked * 1000 + shortestMs * random();
}
