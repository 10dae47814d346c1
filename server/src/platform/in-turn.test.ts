import { expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

test('tasks of one key run one after another, in the order they came', async () => {
  const turn = inTurn();
  const order: string[] = [];
  const task = (name: string) => async () => {
    order.push(`${name} begins`);
    await soon();
    order.push(`${name} ends`);
  };
  await Promise.all([turn('a', task('first')), turn('a', task('second'))]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('tasks of different keys do not wait for each other', async () => {
  const turn = inTurn();
  let release = () => {};
  const held = turn('a', () => new Promise<void>((resolve) => (release = resolve)));
  await expect(turn('b', async () => 'done')).resolves.toBe('done');
  release();
  await held;
});

test('a failure is told to its own caller and does not stop the next task', async () => {
  const turn = inTurn();
  const failing = turn('a', () => Promise.reject(new Error('no')));
  const next = turn('a', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('done');
});
