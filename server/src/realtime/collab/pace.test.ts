import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { maxPaceMs } from './limits.ts';
import { Pace } from './pace.ts';

/** Of the time since the last look. */
let utilization: number;
let pace: Pace;

beforeEach(() => {
  vi.useFakeTimers();
  utilization = 0.9;
  pace = new Pace({ now: () => Date.now(), utilization: () => ({ idle: 0, active: 0, utilization }) });
});
afterEach(() => void vi.useRealTimers());

/** Commits of so many documents, one every ten milliseconds, for a while. */
function commits(documents: number, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 10) {
    pace.begin(documents);
    vi.advanceTimersByTime(10);
  }
}

/** How long the next commit waits. */
async function waited(): Promise<number> {
  const from = Date.now();
  const next = pace.next().then(() => Date.now() - from);
  await vi.runAllTimersAsync();
  return next;
}

test('[RT7] nobody waits at first', async () => {
  pace.begin(20);
  expect(await waited()).toBe(0);
});

test('[RT7] nobody waits where the event loop has time', async () => {
  utilization = 0.2;
  commits(20, 3000);
  pace.begin(20);
  expect(await waited()).toBe(0);
});

test('[RT7] nobody waits where it would bring nobody together: one document, as fast as it goes', async () => {
  commits(1, 3000);
  pace.begin(1);
  expect(await waited()).toBe(0);
});

test('[RT7] where many type and the loop is busy, commits come to be a frame apart', async () => {
  commits(3, 300);
  expect(pace.ms).toBeGreaterThan(0);
  expect(pace.ms).toBeLessThan(maxPaceMs);
  commits(3, 3000);
  pace.begin(3);
  vi.advanceTimersByTime(6);
  expect(await waited()).toBe(maxPaceMs - 6);
});

test('[RT7] what took longer than that is followed at once', async () => {
  commits(3, 3000);
  pace.begin(3);
  vi.advanceTimersByTime(maxPaceMs);
  expect(await waited()).toBe(0);
});

test('[RT7] it ends with the crowd: little by little, or at once after a rest', () => {
  commits(3, 3000);
  utilization = 0.1;
  commits(3, 300);
  expect(pace.ms).toBeLessThan(maxPaceMs);
  commits(3, 3000);
  expect(pace.ms).toBe(0);
  utilization = 0.9;
  commits(3, 3000);
  vi.advanceTimersByTime(1500);
  pace.begin(3);
  expect(pace.ms).toBe(0);
});
