import type { WatchAnswer } from '@cobench/shared/realtime/live';
import { expect, test, vi } from 'vitest';
import { CatchUp } from './catch-up.ts';

type Fact = { seq: number };
const facts = (...numbers: number[]): Fact[] => numbers.map((seq) => ({ seq }));

/** A watcher from number `after` on; questions are answered by hand. */
function watching(after = 0, onreload = async () => 100) {
  const questions: { after: number; answer: (answer: WatchAnswer<Fact>) => void }[] = [];
  const seen: number[] = [];
  const onlost = vi.fn<() => void>();
  const catchUp = new CatchUp<Fact>(
    { after, onitems: (items) => seen.push(...items.map(({ seq }) => seq)), onreload, onlost },
    { numberOf: ({ seq }) => seq, ask: (from, answer) => questions.push({ after: from, answer }) },
  );
  catchUp.start();
  return { catchUp, questions, seen, onlost };
}

test('what was missed comes first, what arrived meanwhile after it, each once', () => {
  const { catchUp, questions, seen } = watching(2);
  catchUp.receive(facts(5, 6));
  expect([questions[0]?.after, seen]).toEqual([2, []]);
  questions[0]?.answer({ ok: true, missed: facts(3, 4, 5) });
  catchUp.receive(facts(6, 7));
  expect(seen).toEqual([3, 4, 5, 6, 7]);
});

test('a gap is asked for from the last number seen', () => {
  const { catchUp, questions, seen } = watching();
  questions[0]?.answer({ ok: true, missed: facts(1) });
  catchUp.receive(facts(2, 5));
  expect([questions[1]?.after, seen]).toEqual([2, [1, 2]]);
  questions[1]?.answer({ ok: true, missed: facts(3, 4, 5) });
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('after a lost connection it asks again; the old answer is not heard', () => {
  const { catchUp, questions, seen } = watching();
  catchUp.stop();
  catchUp.start();
  questions[0]?.answer({ ok: true, missed: facts(1, 2) });
  expect(seen).toEqual([]);
  questions[1]?.answer({ ok: true, missed: facts(1, 2, 3) });
  expect(seen).toEqual([1, 2, 3]);
});

test('when too much was missed the page is fetched again and the rest is asked for', async () => {
  const { questions, seen } = watching(0, async () => 40);
  questions[0]?.answer({ ok: true, reload: true });
  await expect.poll(() => questions[1]?.after).toBe(40);
  questions[1]?.answer({ ok: true, missed: facts(41) });
  expect(seen).toEqual([41]);
});

test('what is gone or hidden is told once', () => {
  const { questions, onlost } = watching();
  questions[0]?.answer({ ok: false });
  expect(onlost).toHaveBeenCalledTimes(1);
});
