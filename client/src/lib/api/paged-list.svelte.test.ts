import type { Page } from '@cobench/shared/page';
import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { ApiError, unreachable } from './problem.ts';
import { PagedList } from './paged-list.svelte.ts';

type Item = { id: string; word?: string };
const page = (ids: string, nextCursor: string | null = null): Page<Item> => ({
  items: ids.split('').map((id) => ({ id })),
  nextCursor,
});
const shown = (list: PagedList<Item>) => list.items.map(({ id }) => id).join('');

test('pages follow one another, and what came twice is shown once', async () => {
  const list = new PagedList<Item>(async (cursor) => (cursor === undefined ? page('abc', 'next') : page('cde')));
  await list.load();
  expect([shown(list), list.hasMore]).toEqual(['abc', true]);
  await list.more();
  expect([shown(list), list.hasMore]).toEqual(['abcde', false]);
});

test('an answer that was overtaken is dropped', async () => {
  const waiting: ((answer: Page<Item>) => void)[] = [];
  const list = new PagedList<Item>(() => new Promise((resolve) => waiting.push(resolve)));
  const [first, second] = [list.load(), list.load()];
  waiting[1]?.(page('new'));
  await second;
  waiting[0]?.(page('old'));
  await first;
  expect(shown(list)).toBe('new');
});

test('a failure is told; trying again recovers', async () => {
  let up = false;
  const list = new PagedList<Item>(async () => {
    if (!up) throw new ApiError(unreachable);
    return page('a');
  });
  await list.load();
  expect([list.state, list.problem?.title]).toEqual(['failed', unreachable.title]);
  up = true;
  await list.load();
  expect([list.state, list.problem]).toEqual(['ready', null]);
});

test('a failing refresh leaves what is shown', async () => {
  let up = true;
  const list = new PagedList<Item>(async () => {
    if (!up) throw new ApiError(unreachable);
    return page('ab');
  });
  await list.load();
  up = false;
  await list.refresh();
  expect([list.state, shown(list), list.problem]).toEqual(['ready', 'ab', unreachable]);
});

test('an effect that loads runs again when the search changes, and only then', async () => {
  let search = $state('a');
  const asked: string[] = [];
  const list = new PagedList<Item>(async () => {
    asked.push(search);
    return page(search);
  });
  const stop = $effect.root(() => {
    $effect(() => void list.load());
  });
  flushSync();
  await expect.poll(() => shown(list)).toBe('a');
  search = 'b';
  flushSync();
  await expect.poll(() => shown(list)).toBe('b');
  expect(asked).toEqual(['a', 'b']);
  stop();
});

test('records are put in place, on top, or taken out', async () => {
  const list = new PagedList<Item>(async () => page('abc'));
  await list.load();
  list.put({ id: 'b', word: 'changed' });
  list.replace({ id: 'z' });
  expect([shown(list), list.items[1]?.word]).toEqual(['abc', 'changed']);
  list.toTop({ id: 'c' });
  expect(shown(list)).toBe('cab');
  list.remove('a');
  expect(shown(list)).toBe('cb');
});
