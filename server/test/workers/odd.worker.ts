import { getPriority } from 'node:os';
import { serveTasks } from '../../src/platform/worker-thread.ts';

let calls = 0;

export const oddTasks = {
  double: ({ value }: { value: number }): number => value * 2,
  count: ({ by }: { by: number }): number => (calls += by),
  size: ({ bytes }: { bytes: Uint8Array }): number => bytes.length,
  nice: (): number => getPriority(),
  fail: ({ why }: { why: string }): never => {
    throw new Error(why);
  },
  die: ({ code }: { code: number }): never => process.exit(code),
};

serveTasks(oddTasks);
