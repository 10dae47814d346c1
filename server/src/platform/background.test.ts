import { expect, onTestFinished, test, vi } from 'vitest';
import { inBackground } from './background.ts';
import { createLog, type Log } from './log.ts';

test('it begins at once, goes on, and never works twice at a time', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const ends: (() => void)[] = [];
  const work = inBackground(() => new Promise<void>((resolve) => ends.push(resolve)), {
    every: 1000,
    log: createLog('silent'),
    failure: 'never',
  });
  await vi.advanceTimersByTimeAsync(3000);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(ends).toHaveLength(2);
  let stopped = false;
  const stopping = work.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(5000);
  expect([ends.length, stopped]).toEqual([2, false]);
  ends[1]?.();
  expect(await stopping).toBe(true);
});

test('what fails is logged and tried again', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const warn = vi.fn<Log['warn']>();
  const work = inBackground(() => Promise.reject(new Error('away')), {
    every: 1000,
    log: { warn },
    failure: 'not done',
  });
  await vi.advanceTimersByTimeAsync(1000);
  await work.stop();
  expect(warn.mock.calls).toEqual([1, 2].map(() => [{ err: new Error('away') }, 'not done']));
});
