import { expect, test } from 'vitest';
import { PickList } from './pick-list.svelte.ts';

const item = (id: string) => ({ id, label: id });

test('the keys go round through all groups', () => {
  const list = new PickList(() => [{ items: [item('a')] }, { items: [] }, { items: [item('b'), item('c')] }]);
  const pointed = ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map((key) => {
    list.key(key);
    return list.active?.id;
  });
  expect(pointed).toEqual(['b', 'c', 'a', 'c', 'a', 'c']);
});

test('what is typed is none of its keys', () => {
  const list = new PickList(() => [{ items: [item('a'), item('b')] }]);
  expect([list.key('b'), list.active?.id]).toEqual([false, 'a']);
});

test('when the item pointed at goes, the first one is pointed at', () => {
  let items = $state([item('a'), item('b')]);
  const list = new PickList(() => [{ items }]);
  list.point('b');
  expect(list.active?.id).toBe('b');
  items = [item('c')];
  expect(list.active?.id).toBe('c');
  items = [];
  expect([list.active, list.key('ArrowDown')]).toEqual([null, false]);
});
