import { getPriority } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import type { oddTasks } from '../../test/workers/odd.worker.ts';
import { workerThread } from './worker-thread.ts';

function thread() {
  const started = workerThread<typeof oddTasks>(new URL('../../test/workers/odd.worker.ts', import.meta.url));
  onTestFinished(() => started.close());
  return started;
}

test('tasks run in the order they were asked, and their answers go to who asked', async () => {
  const { run } = thread();
  expect(await Promise.all([run('double', { value: 2 }), run('count', { by: 1 }), run('count', { by: 1 })])).toEqual([
    4, 1, 2,
  ]);
});

test('what a task throws is thrown to who asked, and the thread goes on', async () => {
  const { run } = thread();
  await expect(run('fail', { why: 'no such wafer' })).rejects.toThrow('no such wafer');
  expect(await run('count', { by: 1 })).toBe(1);
});

test('bytes can move to the thread instead of being copied', async () => {
  const bytes = new Uint8Array(1024);
  expect(await thread().run('size', { bytes }, [bytes.buffer])).toBe(1024);
  expect(bytes.length).toBe(0);
});

test('a thread that dies fails what it was doing, and the next task starts another', async () => {
  const { run } = thread();
  expect(await run('count', { by: 1 })).toBe(1);
  await expect(run('die', { code: 3 })).rejects.toThrow('The worker thread ended.');
  expect(await run('count', { by: 1 })).toBe(1);
});

test('a closed thread has ended, and closing one that never started is nothing', async () => {
  const { run, close } = thread();
  await close();
  const waiting = run('count', { by: 1 });
  await close();
  await expect(waiting).rejects.toThrow('The worker thread ended.');
});

test.skipIf(process.platform !== 'linux')('where processors are short, it waits for the event loop', async () => {
  expect(await thread().run('nice', undefined)).toBeGreaterThan(getPriority());
});
