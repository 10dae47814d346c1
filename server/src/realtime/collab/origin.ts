/**
 * What the log writes for the session of a change that brought a past state back: which state, and the session it was
 * asked for in. So the log alone tells what was restored.
 */
export const restoreOrigin = (seq: number, sessionId: string): string => `restore:${seq}:${sessionId}`;

/** The number of the state that a change brought back; null for any other change. */
export function restoredBy(sessionId: string | null): number | null {
  const seq = /^restore:(\d+):/.exec(sessionId ?? '')?.[1];
  return seq === undefined ? null : Number(seq);
}
