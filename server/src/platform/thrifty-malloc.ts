/**
 * What glibc's malloc must be told before a process begins: two arenas for all threads together, which otherwise keep what
 * one busy moment took in each; pieces of 16 kB or more lie in pages of their own, which go back when they are freed; and
 * free memory at the end of the heap goes back from 64 kB on. See mallopt(3).
 */
const thrifty = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '16384', MALLOC_TRIM_THRESHOLD_: '65536' };

/**
 * Begins this program anew, as the same process, with a malloc that gives memory back. Returns where that has happened,
 * where somebody has told malloc what to do, and where it cannot be: elsewhere than on Linux, or where a parent has a
 * channel to this process that would be lost.
 */
export function beginThrifty(): void {
  const isTold = Object.keys(thrifty).some((name) => process.env[name] !== undefined);
  if (isTold || process.platform !== 'linux' || process.connected) return;
  const { execPath, execArgv, argv, env } = process;
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...thrifty });
}
