import { processLoad } from '../process-load.ts';

/** Watches how many megabytes a process holds; `stop` answers the most it was above what it held when this began. */
export function watchMemory(pid: number): { stop(): number } {
  const before = processLoad(pid).megabytes;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, processLoad(pid).megabytes)), 100);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(most, processLoad(pid).megabytes) - before;
    },
  };
}
