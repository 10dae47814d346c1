import { beforeEach, expect, test, vi } from 'vitest';
import { SharedAnswers } from './shared-answers.ts';

const question = vi.fn<() => Promise<string>>();
let now: number;
let shared: SharedAnswers<string>;

beforeEach(() => {
  question.mockReset().mockResolvedValue('write');
  now = 0;
  shared = new SharedAnswers({ clock: () => new Date(now), freshMs: 500 });
});

test('[RT11] who asks the same within a moment shares one answer', async () => {
  expect(await Promise.all([shared.ask('ada', question), shared.ask('ada', question)])).toEqual(['write', 'write']);
  now = 499;
  await shared.ask('ada', question);
  expect(question).toHaveBeenCalledTimes(1);
  await shared.ask('ben', question);
  now = 500;
  await shared.ask('ada', question);
  expect(question).toHaveBeenCalledTimes(3);
});

test('[RT11] after a change nobody is given an answer from before, not even one that is on its way', async () => {
  const old = Promise.withResolvers<string>();
  question.mockReturnValueOnce(old.promise).mockResolvedValue('read');
  const before = shared.ask('ada', question);
  shared.forget();
  const after = shared.ask('ada', question);
  old.resolve('write');
  expect(await Promise.all([before, after])).toEqual(['write', 'read']);
  expect(await shared.ask('ada', question)).toBe('read');
});

test('[RT11] a question that fails is asked again', async () => {
  question.mockRejectedValueOnce(new Error('store away'));
  await expect(shared.ask('ada', question)).rejects.toThrow('store away');
  expect(await shared.ask('ada', question)).toBe('write');
});
