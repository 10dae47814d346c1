import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from './toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const texts = (toasts: Toasts) => toasts.items.map(({ text }) => text);

test('a message goes by itself, one with an action later, a problem only when dismissed', () => {
  const toasts = new Toasts();
  toasts.say('Saved.');
  toasts.success('Deleted.', { label: 'Undo', run: () => {} });
  toasts.problem('It failed.');
  vi.advanceTimersByTime(6000);
  expect(texts(toasts)).toEqual(['Deleted.', 'It failed.']);
  vi.advanceTimersByTime(10_000);
  expect(texts(toasts)).toEqual(['It failed.']);
  toasts.dismiss(toasts.items[0]!.id);
  expect(texts(toasts)).toEqual([]);
});

test('a message that is pointed at stays', () => {
  const toasts = new Toasts();
  toasts.say('Look.');
  const [toast] = toasts.items;
  toasts.pause(toast!.id);
  vi.advanceTimersByTime(60_000);
  expect(texts(toasts)).toEqual(['Look.']);
  toasts.resume(toast!);
  vi.advanceTimersByTime(6000);
  expect(texts(toasts)).toEqual([]);
});

test('no more than four stand at once', () => {
  const toasts = new Toasts();
  for (const text of 'abcdef') toasts.problem(text);
  expect(texts(toasts)).toEqual(['c', 'd', 'e', 'f']);
});
