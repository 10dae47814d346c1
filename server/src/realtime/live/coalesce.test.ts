import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function told(every = 100) {
  const versions: number[] = [];
  const { push, stop } = coalesce<{ id: string; version: number }>(({ version }) => versions.push(version), {
    recordOf: (record) => record,
    every,
  });
  return { versions, stop, push: (version: number, id = 'run') => push({ id, version }) };
}

test('the first is told at once', () => {
  const { versions, push } = told();
  push(1);
  expect(versions).toEqual([1]);
});

test('[LV7] of a burst only the first and the last are told', () => {
  const { versions, push } = told();
  for (let version = 1; version <= 50; version++) push(version);
  vi.advanceTimersByTime(100);
  expect(versions).toEqual([1, 50]);
});

test('[LV7] a record that keeps changing is told ten times a second', () => {
  const { versions, push } = told(100);
  for (let version = 1; version <= 1000; version++) {
    push(version);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(versions).toHaveLength(11);
  expect(versions.at(-1)).toBe(1000);
});

test('[LV7] an older version does not follow a newer one', () => {
  const { versions, push } = told();
  push(2);
  push(1);
  vi.advanceTimersByTime(1000);
  expect(versions).toEqual([2]);
});

test('records do not wait for each other', () => {
  const { versions, push } = told();
  push(1, 'a');
  push(7, 'b');
  expect(versions).toEqual([1, 7]);
});

test('after the stop nothing is told', () => {
  const { versions, push, stop } = told();
  push(1);
  push(2);
  stop();
  vi.advanceTimersByTime(1000);
  expect(versions).toEqual([1]);
});
