import { beforeEach, expect, test, vi } from 'vitest';
import { SharedAnswers, type Dated } from './shared-answers.ts';

/** What the store says of each subject, and the questions that it was asked. */
let says: string;
const asked = vi.fn<(subjects: readonly string[]) => Promise<void>>();
let now: number;
let shared: SharedAnswers<string>;

const ask = (subject: string, kind = 'session'): Promise<Dated<string>> =>
  shared.ask(kind, subject, async (subjects) => {
    const answer = says;
    await asked(subjects);
    return (one) => `${one} may ${answer}`;
  });

beforeEach(() => {
  asked.mockReset().mockResolvedValue(undefined);
  [now, says] = [0, 'write'];
  shared = new SharedAnswers({ clock: () => new Date(now), freshMs: 500 });
});

test('[RT11] who asks the same within a moment shares one answer, and knows how old it is', async () => {
  const answer = { value: 'ada may write', asOf: 0 };
  expect(await Promise.all([ask('ada'), ask('ada')])).toEqual([answer, answer]);
  now = 499;
  expect(await ask('ada')).toEqual(answer);
  expect(asked.mock.calls).toEqual([[['ada']]]);
  now = 500;
  expect(await ask('ada')).toEqual({ value: 'ada may write', asOf: 500 });
});

test('[RT11] one question is about everything that is being asked about', async () => {
  await ask('a');
  now = 300;
  await Promise.all([ask('b'), ask('c'), ask('d', 'other')]);
  expect(asked.mock.calls).toEqual([[['a']], [['b', 'a']], [['c', 'b']], [['d']]]);
  asked.mockClear();
  now = 900;
  expect(await ask('b')).toEqual({ value: 'b may write', asOf: 900 });
  now = 1000;
  expect(await Promise.all([ask('c'), ask('b')])).toMatchObject([{ asOf: 900 }, { asOf: 900 }]);
  expect(asked.mock.calls).toEqual([[['b', 'c']]]);
  asked.mockClear();
  now = 2000;
  await ask('b');
  // Nobody has asked about `a` again.
  expect(asked.mock.calls).toEqual([[['b', 'c']]]);
});

test('[RT11] after a change nobody is given an answer from before, not even one that is on its way', async () => {
  const old = Promise.withResolvers<void>();
  asked.mockReturnValueOnce(old.promise);
  const before = ask('ada');
  says = 'read';
  shared.forget();
  const after = ask('ada');
  old.resolve();
  expect(await Promise.all([before, after])).toMatchObject([{ value: 'ada may write' }, { value: 'ada may read' }]);
  expect(await ask('ada')).toMatchObject({ value: 'ada may read' });
});

test('[RT11] a question that fails is asked again', async () => {
  await ask('ben');
  asked.mockRejectedValueOnce(new Error('store away'));
  await expect(ask('ada')).rejects.toThrow('store away');
  expect(await Promise.all([ask('ada'), ask('ben')])).toMatchObject([
    { value: 'ada may write' },
    { value: 'ben may write' },
  ]);
});
