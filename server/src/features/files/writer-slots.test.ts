import { expect, test } from 'vitest';
import { WriterSlots } from './writer-slots.ts';

const nobody = new AbortController().signal;

test('who gives up waiting takes no place, and keeps nobody behind them from one', async () => {
  const slots = new WriterSlots(2);
  const leave = await slots.enter('ada', nobody);
  const lost = new AbortController();
  const second = slots.enter('ada', lost.signal);
  const third = slots.enter('ada', nobody);
  lost.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  leave();
  const leaveThird = await third;
  // What is said too late changes nothing.
  lost.abort();
  leaveThird();
  await Promise.all([slots.enter('ada', nobody), slots.enter('grace', nobody)]);
});

test('a person has half of the places at most, and the others are for others', async () => {
  const slots = new WriterSlots(4);
  const leave = await slots.enter('ada', nobody);
  await slots.enter('ada', nobody);
  const entered: string[] = [];
  const third = slots.enter('ada', nobody).then(() => entered.push('ada'));
  await slots.enter('grace', nobody);
  expect(entered).toEqual([]);
  leave();
  await third;
  expect(entered).toEqual(['ada']);
});
