import { expect, test } from 'vitest';
import { averageRunLength } from './average-run-length.ts';
import { orderRunLength } from './order-run-length.ts';
import { createRuleStream } from './rule-stream.ts';
import { ruleSetNames, ruleSets } from './rule-sets.ts';
import { sideOfSignal } from './signal-side.ts';
import type { Rule, RuleOptions } from './rules.ts';

const relative = (ours: number, theirs: number) => Math.abs(ours / theirs - 1);
const rulesNamed = (...ids: readonly string[]): Rule[] =>
  ruleSets['western-electric'].filter(({ id }) => ids.includes(id));

test.each([
  [['WE1'], 0, 370.4],
  [['WE1'], 1, 43.89],
  [['WE1', 'WE2'], 0, 225.44],
  [['WE1', 'WE3'], 0, 166.05],
  [['WE1', 'WE4'], 0, 152.73],
  [['WE1', 'WE2', 'WE3'], 0, 132.89],
  [['WE1', 'WE2', 'WE4'], 0, 122.05],
  [['WE1', 'WE3', 'WE4'], 0, 105.78],
  [['WE1', 'WE2', 'WE3', 'WE4'], 0, 91.75],
  [['WE1', 'WE2', 'WE3', 'WE4'], 1, 9.22],
] as const)('%j at %i sigma: %d points (Champ and Woodall 1987)', (ids, shift, published) => {
  const { inControl, atShift, exact } = averageRunLength(rulesNamed(...ids), shift);
  // Theirs signal before a window is full, ours do not: a fraction of a point.
  expect((shift === 0 ? inControl : atShift) - published).toBeGreaterThan(-0.06);
  expect((shift === 0 ? inControl : atShift) - published).toBeLessThan(0.3);
  expect(exact).toBe(true);
});

test('so many points in a row on one side: 2ⁿ − 1 points', () => {
  const { rules } = averageRunLength('westgard');
  const lengths = new Map(rules.map(({ id, inControl }) => [id, inControl]));
  expect(lengths.get('8x')).toBeCloseTo(255, 6);
  expect(lengths.get('10x')).toBeCloseTo(1023, 5);
  expect(lengths.get('12x')).toBeCloseTo(4095, 4);
});

test('three points up or down take 2(sec 1 + tan 1) − … points, three up and down in turn 2e − 2', () => {
  // The share of orders of n values without either pattern, summed over n.
  expect(orderRunLength({ trend: 3, alternating: null })).toBeCloseTo(2 / Math.cos(1) + 2 * Math.tan(1) - 2, 9);
  expect(orderRunLength({ trend: null, alternating: 3 })).toBeCloseTo(2 * Math.E - 2, 9);
  expect(orderRunLength({ trend: 3, alternating: 3 })).toBeCloseTo(3, 9);
});

test.each([12, 13, 14, 20, 32])('a trend of %i points is as rare as it is', (window) => {
  const rule = { id: 'T', title: 'Trend', window, count: window, zone: 0, pattern: 'trend' } as const;
  const { inControl, episodeRate } = averageRunLength([rule]);
  // Its first points and the wait for the next alarm are all that is between them.
  expect(relative(inControl, 1 / episodeRate)).toBeLessThan(1e-6);
});

const modes = [...ruleSetNames.map((name) => [name, {}] as const), ['westgard', { r4s: 'range' }] as const];

test.each(modes)(
  '%s %j: simulated false alarms, of the set and of each rule, are as many as shown',
  (name, options) => {
    const points = 400_000;
    const shown = averageRunLength(name, 1, options);
    const { signals, episodes, cycles } = simulate({ name, shift: 0, points, options });
    const [signalSum, episodeSum] = [total(signals), total(episodes)];
    expect(relative(signalSum / points, shown.signalRate)).toBeLessThan(0.02);
    expect(relative(episodeSum / points, shown.episodeRate)).toBeLessThan(0.04);
    expect(relative(points / cycles, shown.inControl)).toBeLessThan(0.05);
    const wrong = shown.rules.filter(({ id, episodeRate }) => {
      // Five standard errors, and never more than the tenth that is promised where a rule signals often enough.
      const expected = episodeRate * points;
      return Math.abs((episodes.get(id) ?? 0) - expected) > Math.max(5 * Math.sqrt(expected), expected * 0.02);
    });
    expect(wrong).toEqual([]);
  },
  60_000,
);

test.each(modes)(
  '%s %j: a shift of one sigma is found as soon as shown',
  (name, options) => {
    const points = 300_000;
    const { cycles } = simulate({ name, shift: 1, points, options });
    expect(relative(points / cycles, averageRunLength(name, 1, options).atShift)).toBeLessThan(0.03);
  },
  30_000,
);

test('switching a rule on never takes alarms away, and finds a shift no later', () => {
  const rules = ruleSets['western-electric'];
  const grown = rules.map((_, i) => averageRunLength(rules.slice(0, i + 1)));
  const falls = (numbers: number[]) => numbers.every((number, i) => i === 0 || number < (numbers[i - 1] ?? 0));
  expect(falls(grown.map(({ inControl }) => inControl))).toBe(true);
  expect(falls(grown.map(({ atShift }) => atShift))).toBe(true);
});

test('no rules never alarm, and a rule that hardly ever does is not simulated', () => {
  expect(averageRunLength([])).toMatchObject({ inControl: Infinity, signalRate: 0, episodeRate: 0, rules: [] });
  const rare = { id: 'rare', title: 'Thirty of 32', window: 32, count: 30, zone: 2 };
  const { inControl, episodeRate } = averageRunLength([rare]);
  expect(inControl).toBeGreaterThan(1e30);
  expect(inControl * episodeRate).toBeCloseTo(1, 6);
});

test('a rule that cannot be judged is refused', () => {
  const odd = { id: 'odd', title: 'Odd', window: 3, count: 4, zone: 1 };
  expect(() => averageRunLength([odd])).toThrow('Rule odd: A rule over 3 points needs 1 to 3 of them.');
});

type Simulated = { name: (typeof ruleSetNames)[number]; shift: number; points: number; options: RuleOptions };

/** What the real stream says about seeded normal values; cycles are counted by a stream that starts afresh at each signal. */
function simulate({ name, shift, points, options }: Simulated) {
  const rules = new Map<string, Rule>(ruleSets[name].map((rule) => [rule.id, rule]));
  const fresh = () => createRuleStream<string>({ center: 0, sigma: 1, ruleSet: name, options });
  const stream = fresh();
  const restarted = fresh();
  const signals = new Map<string, number>();
  const episodes = new Map<string, number>();
  const running = new Map<string, { side: string | null; index: number }>();
  const random = normals(name.length + shift);
  let cycles = 0;
  let previous: number | null = null;
  for (let index = 0; index < points; index++) {
    const value = shift + random();
    for (const id of stream.push(value)) {
      const rule = rules.get(id);
      const side = rule ? sideOfSignal(rule, { value, previous, center: 0 }) : null;
      const before = running.get(id);
      signals.set(id, (signals.get(id) ?? 0) + 1);
      if (before?.index !== index - 1 || before.side !== side) episodes.set(id, (episodes.get(id) ?? 0) + 1);
      running.set(id, { side, index });
    }
    previous = value;
    if (restarted.push(value).length > 0) {
      cycles++;
      restarted.push(null);
    }
  }
  return { signals, episodes, cycles };
}

const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** Seeded normal values, by the method of Box and Muller over a xorshift generator. */
function normals(seed: number): () => number {
  let state = seed * 2_654_435_761;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
