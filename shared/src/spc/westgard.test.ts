import { expect, test } from 'vitest';
import { evaluateRules } from './evaluate-rules.ts';
import { createRuleStream } from './rule-stream.ts';
import type { RuleOptions } from './rules.ts';

/** A control: its run, its level, and how many sigma of its level it is from the mean of its level. */
type Control = readonly [run: number, level: string, distance: number];

const levels: Record<string, { center: number; sigma: number }> = {
  low: { center: 10, sigma: 0.5 },
  high: { center: 200, sigma: 8 },
  top: { center: -3, sigma: 0.25 },
};

function judge(controls: readonly Control[], rule: string, options?: RuleOptions): number[] {
  const lines = controls.map(([, level]) => levels[level] ?? { center: 0, sigma: 1 });
  const request = {
    values: controls.map(([, , distance], i) => (lines[i]?.center ?? 0) + distance * (lines[i]?.sigma ?? 1)),
    center: lines.map(({ center }) => center),
    sigma: lines.map(({ sigma }) => sigma),
    run: controls.map(([run]) => run),
    level: controls.map(([, level]) => level),
    ruleSet: 'westgard' as const,
    ...(options && { options }),
  };
  const stream = createRuleStream<string>({
    center: 0,
    sigma: 1,
    ruleSet: request.ruleSet,
    ...(options && { options }),
  });
  const streamed = controls.flatMap(([run, level], index) =>
    stream.push(request.values[index] ?? null, { run, level, ...lines[index] }).map((id) => ({ index, rule: id })),
  );
  const found = evaluateRules(request);
  expect(streamed).toEqual(found);
  return found.filter((signal) => signal.rule === rule).map(({ index }) => index);
}

/** Runs of one control at each of two levels. */
const pairs = (...distances: readonly (readonly [low: number, high: number])[]): Control[] =>
  distances.flatMap(([low, high], run): Control[] => [
    [run, 'low', low],
    [run, 'high', high],
  ]);

test('1-2s and 1-3s: each level is judged by its own mean and sigma', () => {
  expect(judge(pairs([0, 2.5], [2, -3], [-2.5, 3.5]), '1-2s')).toEqual([1, 3, 4, 5]);
  expect(judge(pairs([0, 2.5], [2, -3], [-2.5, 3.5]), '1-3s')).toEqual([5]);
});

test('2-2s: within a level over two runs, the other level between them', () => {
  expect(judge(pairs([2.5, 0], [2.5, 0]), '2-2s')).toEqual([2]);
  expect(judge(pairs([-2.5, 0.5], [-2.5, 0]), '2-2s')).toEqual([2]);
});

test('2-2s: across levels in one run', () => {
  expect(judge(pairs([0, 0], [2.5, 2.5]), '2-2s')).toEqual([3]);
});

test('2-2s: not on two sides, not on the line, not where a control of the level lies between', () => {
  expect(judge(pairs([2.5, -2.5], [2, 2.5], [0, 0], [2.5, 0]), '2-2s')).toEqual([]);
});

test('R-4s: one control of the run above 2 sigma, another below −2', () => {
  expect(judge(pairs([2.5, -2.5]), 'R-4s')).toEqual([1]);
  expect(judge(pairs([-2.1, 2.1]), 'R-4s')).toEqual([1]);
  expect(judge(pairs([2, -2.5], [3, -1.5]), 'R-4s')).toEqual([]);
});

test('R-4s: the two need not be neighbours, but must be of one run', () => {
  const threeLevels: Control[] = [
    [1, 'low', 2.5],
    [1, 'high', 0],
    [1, 'top', -2.5],
  ];
  expect(judge(threeLevels, 'R-4s')).toEqual([2]);
  expect(judge(pairs([0, 2.5], [-2.5, 0]), 'R-4s')).toEqual([]);
});

test('R-4s by range: two controls of the run more than 4 sigma apart, wherever they lie', () => {
  const range = { r4s: 'range' } as const;
  // The example of the Unity help: +2.8 and −1.3 are 4.1 apart.
  expect(judge(pairs([2.8, -1.3]), 'R-4s', range)).toEqual([1]);
  expect(judge(pairs([2.8, -1.3]), 'R-4s')).toEqual([]);
  expect(judge(pairs([2.5, -1.5], [0, 2.5], [-2.5, 0]), 'R-4s', range)).toEqual([]);
  expect(judge(pairs([0, 4.5]), 'R-4s', range)).toEqual([1]);
});

test('4-1s: within a level over four runs, and across two levels over two runs', () => {
  expect(judge(pairs([1.5, 0], [1.5, 0], [1.5, 0], [1.5, 0]), '4-1s')).toEqual([6]);
  expect(judge(pairs([0, 0], [1.5, 1.5], [1.5, 1.5]), '4-1s')).toEqual([5]);
  expect(judge(pairs([1.5, 1.5], [1.5, 1]), '4-1s')).toEqual([]);
});

test.each([
  ['8x', 8],
  ['10x', 10],
  ['12x', 12],
] as const)('%s: within a level over %i runs, and across levels', (rule, count) => {
  const within = pairs(...Array.from({ length: count }, (): [number, number] => [0.5, -0.5]));
  expect(judge(within, rule)).toEqual([2 * count - 2, 2 * count - 1]);
  const across = pairs(...Array.from({ length: count / 2 }, (): [number, number] => [0.5, 0.1]));
  expect(judge(across, rule)).toEqual([count - 1]);
  expect(judge([...across.slice(0, -1), [99, 'high', 0]], rule)).toEqual([]);
});

test('a missing control breaks the windows of its level and those across levels, not those of the other level', () => {
  const request = { center: 0, sigma: 1, ruleSet: 'westgard' } as const;
  const twos = (values: readonly (number | null)[], level: readonly string[]) =>
    evaluateRules({ ...request, values, level }).flatMap(({ index, rule }) => (rule === '2-2s' ? [index] : []));
  expect(twos([2.5, null, 2.5], ['a', 'b', 'a'])).toEqual([2]);
  expect(twos([2.5, null, 2.5], ['a', 'b', 'b'])).toEqual([]);
  expect(twos([2.5, null, 2.5], ['a', 'a', 'a'])).toEqual([]);
});

test('R-4s: a missing control takes nothing from its run; where no runs are told it parts neighbours', () => {
  const request = { center: 0, sigma: 1, ruleSet: 'westgard', values: [2.5, null, -2.5] } as const;
  const ofRange = ({ rule }: { rule: string }) => rule === 'R-4s';
  expect(evaluateRules({ ...request, run: ['a', 'a', 'a'] }).filter(ofRange)).toEqual([{ index: 2, rule: 'R-4s' }]);
  expect(evaluateRules(request).filter(ofRange)).toEqual([]);
});

test.each(['westgard', 'range'] as const)('the state of three levels is under 200 bytes (R-4s by %s)', (r4s) => {
  const stream = createRuleStream({ center: 0, sigma: 1, ruleSet: 'westgard', options: { r4s } });
  for (let i = 0; i < 60; i++) {
    stream.push(Math.PI - i / 7, { run: 'aaaaaaaaaaaaaaaaaaaaaaaa', level: `Level ${i % 3}` });
  }
  expect(JSON.stringify(stream.state()).length).toBeLessThan(200);
});
