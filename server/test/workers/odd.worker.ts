import { serveTasks } from '../../src/platform/worker-thread.ts';

let calls = 0;

export const oddTasks = {
  double: ({ value }: { value: number }): number => value * 2,
  count: (_: object): number => ++calls,
  size: ({ bytes }: { bytes: Uint8Array }): number => bytes.length,
  fail: ({ why }: { why: string }): never => {
    throw new Error(why);
  },
  die: (_: object): never => process.exit(3),
};

serveTasks(oddTasks);
