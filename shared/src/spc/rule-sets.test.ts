import { expect, test } from 'vitest';
import { evaluateRules } from './evaluate-rules.ts';
import { ruleSetNames, ruleSets, type RuleSetName } from './rule-sets.ts';

/** A chart with centre 0 and sigma 1, a gap as null. */
type Values = readonly (number | null)[];

const times = (count: number, ...values: readonly number[]): number[] =>
  Array.from({ length: count }, (_, i) => values[i % values.length] ?? 0);
const steps = (count: number, from: number, step: number) => Array.from({ length: count }, (_, i) => from + i * step);

/** Of a kind of rule: sequences whose last point signals, and sequences none of whose points do. */
type Cases = { last: readonly Values[]; never: readonly Values[] };

const inARow = (count: number): Cases => ({
  last: [
    times(count, 0.5),
    times(count, 0.1, 2, 9),
    [0, ...times(count, 0.5)],
    [-0.5, ...times(count, 0.5)],
    [...times(count, 0.5), 0, ...times(count, 0.5)].slice(-2 * count),
    [...times(3, 0.5), null, ...times(count, 0.5)],
  ],
  never: [
    times(count - 1, 0.5),
    [...times(count - 1, 0.5), 0, ...times(count - 1, 0.5)],
    [...times(count - 1, 0.5), null, ...times(count - 1, 0.5)],
    [...times(count - 1, 0.5), ...times(count - 1, -0.5)],
  ],
});

const cases: Record<string, Cases> = {
  'beyond 1/1/3': {
    last: [[3.1], [0, 3.1], [null, 4]],
    never: [[3, 2.9, 0], [null, null], []],
  },
  'beyond 1/1/2': { last: [[2.1], [0, 2.1], [null, 4]], never: [[2, 1.9, 0, null]] },
  'beyond 3/2/2': {
    last: [
      [0, 2.1, 2.1],
      [2.1, 0, 2.1],
      [2.1, -2.1, 2.1],
      [2.1, null, 0, 2.1, 2.1],
    ],
    never: [
      [2.1, 2.1],
      [2.1, 2.1, 2],
      [2, 2.1, 2],
      [0, 2.1, -2.1],
      [0, 2.1, null, 2.1],
      [2.1, 0, 0, 2.1],
    ],
  },
  'beyond 5/4/1': {
    last: [
      [0, 1.1, 1.1, 1.1, 1.1],
      [1.1, 1.1, -5, 1.1, 1.1],
      [null, 1.1, 0, 1.1, 1.1, 1.1],
    ],
    never: [
      times(4, 1.1),
      [...times(4, 1.1), 1],
      [1.1, 1.1, 1, 1, 1.1, 1.1],
      [1.1, 1.1, -1.1, -1.1, 1.1],
      [0, 1.1, 1.1, null, 1.1, 1.1],
    ],
  },
  'beyond 7/7/0': inARow(7),
  'beyond 8/8/0': inARow(8),
  'beyond 9/9/0': inARow(9),
  'beyond 10/10/0': inARow(10),
  'beyond 12/12/0': inARow(12),
  'beyond 2/2/2': {
    last: [
      [2.1, 2.1],
      [0, 2.1, 5],
    ],
    never: [
      [2.1, 0, 2.1],
      [2.1, 2],
      [2.1, -2.1],
      [2.1, null, 2.1],
    ],
  },
  'beyond 4/4/1': {
    last: [times(4, 1.1), [0, 1.1, 2, 3, 4]],
    never: [[1.1, 1.1, 1.1, 1], times(3, 1.1), [1.1, 1.1, null, 1.1, 1.1], [1.1, 1.1, 1.1, -1.1, 1.1]],
  },
  'trend 6/6/0': {
    last: [steps(6, -1, 0.1), steps(6, -1, 1e-9), [5, ...steps(6, 0, 0.1)], [0, null, ...steps(6, 0, 0.1)]],
    never: [
      steps(5, 0, 0.1),
      [0, 0.1, 0.2, 0.2, 0.3, 0.4, 0.5],
      [0, 0.1, 0.2, null, 0.3, 0.4, 0.5],
      [0, 0.1, 0.2, 0.1, 0.2, 0.3, 0.4],
    ],
  },
  'alternating 14/14/0': {
    last: [
      times(14, 0.1, -0.1),
      times(14, 0.2, 0.1),
      [9, 8, ...times(14, 1, 0).slice(1)],
      [5, null, ...times(14, 0, 1)],
    ],
    never: [
      times(13, 0, 1),
      [...times(7, 0, 1), 0, ...times(7, 0, 1)],
      [...times(7, 0, 1), null, ...times(8, 1, 0)],
      [...times(12, 0, 1), 2, 0],
    ],
  },
  'within 15/15/1': {
    last: [times(15, 1), times(15, 0.5, -1, 0), [1.1, ...times(15, 0.9)], [null, ...times(15, 0)]],
    never: [times(14, 0.5), [...times(14, 0.5), 1.1, ...times(14, 0.5)], [...times(14, 0), null, ...times(14, 0)]],
  },
  'outside 8/8/1': {
    last: [times(8, 1.1, -1.1), times(8, 1.1), [1, ...times(8, 5, -1.1, -2)], [null, ...times(8, 1.1, -1.1)]],
    never: [times(7, 1.1, -1.1), [...times(7, 2, -2), 1, ...times(7, 2, -2)], [...times(7, 2), null, ...times(7, -2)]],
  },
  'range 2/2/2': {
    last: [
      [2.1, -2.1],
      [0, 0, 5, -2.1],
    ],
    never: [
      [2, -2.1],
      [2.1, -2],
      [2.1, 0, -2.1],
      [2.1, null, -2.1],
      [2.1, 2.1],
      [5, 0],
    ],
  },
};

const rules = ruleSetNames.flatMap((name) => ruleSets[name].map((rule) => [name, rule.id, rule] as const));
const kindOf = ({ pattern = 'beyond', window, count, zone }: (typeof rules)[number][2] & { pattern?: string }) =>
  `${pattern} ${window}/${count}/${zone}`;
const casesOf = (rule: (typeof rules)[number][2]): Cases => cases[kindOf(rule)] ?? { last: [], never: [] };

const mirrored = (values: Values): Values => values.map((value) => (value === null ? null : -value));
const signals = (ruleSet: RuleSetName, id: string, values: Values): number[] =>
  evaluateRules({ values, center: 0, sigma: 1, ruleSet }).flatMap(({ rule, index }) => (rule === id ? [index] : []));

test.each(rules)('%s: %s has cases', (_name, _id, rule) => {
  expect(casesOf(rule).last.length).toBeGreaterThanOrEqual(2);
});

test.each(rules)('%s: %s is signalled by the point that completes it, on either side', (name, id, rule) => {
  const all = casesOf(rule).last.flatMap((values) => [values, mirrored(values)]);
  expect(all.map((values) => signals(name, id, values).at(-1))).toEqual(all.map((values) => values.length - 1));
});

test.each(rules)('%s: %s is not signalled by a tie, across a gap, or by too few points', (name, id, rule) => {
  const all = casesOf(rule).never.flatMap((values) => [values, mirrored(values)]);
  expect(all.map((values) => signals(name, id, values))).toEqual(all.map(() => []));
});

test.each([
  ['western-electric', 'WE1 WE2 WE3 WE4'],
  ['nelson', 'N1 N2 N3 N4 N5 N6 N7 N8'],
  ['aiag', 'AIAG1 AIAG2 AIAG3 AIAG4 AIAG5 AIAG6 AIAG7 AIAG8'],
  ['montgomery', 'M1 M2 M3 M4 M5 M6 M7 M8'],
  ['juran', 'J1 J2 J3 J4 J5 J6'],
  ['westgard', '1-2s 1-3s 2-2s R-4s 4-1s 8x 10x 12x'],
] as const)('the rules of %s are %s', (name, ids) => {
  expect(ruleSets[name].map(({ id }) => id).join(' ')).toBe(ids);
});

test('after a signal nothing starts afresh', () => {
  expect(signals('nelson', 'N3', steps(8, 0, 0.1))).toEqual([5, 6, 7]);
  expect(signals('nelson', 'N4', times(16, 0, 1))).toEqual([13, 14, 15]);
  expect(signals('nelson', 'N7', times(17, 0.5))).toEqual([14, 15, 16]);
  expect(signals('western-electric', 'WE2', times(5, 2.5))).toEqual([2, 3, 4]);
});
