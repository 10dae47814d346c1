import type { Log } from './log.ts';

type Options = { every: number; log: Pick<Log, 'warn'>; failure: string };

/**
 * Does the same again and again, from now on, never twice at a time. What fails is logged, and tried again the next time.
 * Stopping waits for what is under way.
 */
export function inBackground(
  work: () => Promise<unknown>,
  { every, log, failure }: Options,
): { stop(): Promise<void> } {
  let underWay: Promise<void> | null = null;
  const begin = (): void => {
    underWay ??= work()
      .then(
        () => undefined,
        (err: unknown) => log.warn({ err }, failure),
      )
      .finally(() => (underWay = null));
  };
  const timer = setInterval(begin, every);
  begin();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
