import { readFileSync } from 'node:fs';

/** Processor seconds that a process has used and megabytes that it holds, threads included (Linux). */
export function processLoad(pid: number): { cpuSeconds: number; megabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { cpuSeconds: (user + system) / clockTicksPerSecond, megabytes: kilobytes / 1024 };
}

const clockTicksPerSecond = 100;
