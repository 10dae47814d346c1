import { expect, test } from 'vitest';
import { evaluateRules } from './evaluate-rules.ts';
import type { RuleState } from './rule-judge.ts';
import { ruleSetNames, type RuleSetName } from './rule-sets.ts';
import { createRuleStream, type RuleStream } from './rule-stream.ts';

type Chart = { values: (number | null)[]; center: number; sigma: number; ruleSet: RuleSetName };

const seeds = [1, 2, 3, 4, 5];
const every = ruleSetNames.flatMap((name) => seeds.map((seed) => [name, seed] as const));

test.each(every)('%s: a later point never changes an earlier verdict (seed %i)', (ruleSet, seed) => {
  const chart = aChart({ ruleSet, seed, length: 400 });
  const whole = evaluateRules(chart);
  for (const length of [1, 7, 8, 50, 199, 399]) {
    const part = evaluateRules({ ...chart, values: chart.values.slice(0, length) });
    expect(part).toEqual(whole.filter(({ index }) => index < length));
  }
});

test.each(every)('%s: mirrored at 0 or at the centre line, the same points signal (seed %i)', (ruleSet, seed) => {
  const chart = aChart({ ruleSet, seed, length: 3000 });
  const { values, center } = chart;
  const signals = evaluateRules(chart);
  const negative = values.map((value) => (value === null ? null : -value));
  expect(alike(evaluateRules({ ...chart, values: negative, center: -center }), signals)).toBe(true);
  const turned = values.map((value) => (value === null ? null : 2 * center - value));
  expect(alike(evaluateRules({ ...chart, values: turned }), signals)).toBe(true);
});

test.each(every)('%s: in another unit and from another zero, the same points signal (seed %i)', (ruleSet, seed) => {
  const chart = aChart({ ruleSet, seed, length: 3000 });
  const signals = evaluateRules(chart);
  const others = [
    [2, 0],
    [0.001, 0],
    [1 / 3, 0.7],
    [1.8, 32],
    [25.4, -1000.1],
    [1e-9, 1e-6],
  ] as const;
  for (const [scale, shift] of others) {
    const moved = {
      ...chart,
      values: chart.values.map((value) => (value === null ? null : value * scale + shift)),
      center: chart.center * scale + shift,
      sigma: chart.sigma * scale,
    };
    expect(alike(evaluateRules(moved), signals)).toBe(true);
  }
});

test.each(every)('%s: limits in place of sigma, for each point, give the same verdicts (seed %i)', (ruleSet, seed) => {
  const chart = aChart({ ruleSet, seed, length: 1000 });
  const { values, center, sigma } = chart;
  const ucl = values.map(() => center + 3 * sigma);
  const lcl = values.map(() => center - 3 * sigma);
  expect(evaluateRules({ values, center: values.map(() => center), ucl, lcl, ruleSet })).toEqual(evaluateRules(chart));
});

test('every rule of every preset signals somewhere in these charts, and most points do not', () => {
  const found = ruleSetNames.map((ruleSet) => {
    const signals = evaluateRules(aChart({ ruleSet, seed: 1, length: 200_000 }));
    return [ruleSet, new Set(signals.map(({ rule }) => rule)).size, signals.length > 1000 && signals.length < 200_000];
  });
  expect(found).toEqual([
    ['western-electric', 4, true],
    ['nelson', 8, true],
    ['aiag', 8, true],
    ['montgomery', 8, true],
    ['juran', 6, true],
    ['westgard', 8, true],
  ]);
});

const lengths = ruleSetNames.map((name) => [name, name === 'nelson' ? 1_000_000 : 100_000] as const);

test.each(lengths)(
  '%s: %i points at once, one by one, and over restarts are judged alike',
  (ruleSet, length) => {
    const chart = aChart({ ruleSet, seed: 7, length });
    const random = generator(8);
    const restartAt = chart.values.map(() => random() < 0.002);
    const whole = evaluateRules(chart);
    expect(
      alike(
        follow(chart, () => false),
        whole,
      ),
    ).toBe(true);
    expect(
      alike(
        follow(chart, (i) => restartAt[i] === true),
        whole,
      ),
    ).toBe(true);
  },
  60_000,
);

test('runs and levels: thirty thousand controls over restarts after each are judged as at once', () => {
  const chart = aChart({ ruleSet: 'westgard', seed: 9, length: 30_000 });
  const random = generator(10);
  let number = 0;
  const run = chart.values.map(() => (random() < 0.4 ? ++number : number));
  const level = chart.values.map(() => ['low', 'middle', 'high'][Math.floor(random() * 3)] ?? 'low');
  const whole = evaluateRules({ ...chart, run, level });
  const belongs = (i: number) => ({ run: run[i] ?? 0, level: level[i] ?? 'low' });
  expect(
    alike(
      follow(chart, () => true, belongs),
      whole,
    ),
  ).toBe(true);
  expect(whole.length).toBeGreaterThan(1000);
}, 30_000);

type Signal = { index: number; rule: string };

/** Judges point by point; where it restarts only the stored text is left. */
function follow(
  chart: Chart,
  restartsAfter: (index: number) => boolean,
  belongs?: (index: number) => object,
): Signal[] {
  const { center, sigma, ruleSet } = chart;
  let stream: RuleStream<string> = createRuleStream<string>({ center, sigma, ruleSet });
  const found: Signal[] = [];
  let longest = 0;
  for (const [index, value] of chart.values.entries()) {
    for (const rule of stream.push(value, belongs?.(index))) found.push({ index, rule });
    if (!restartsAfter(index)) continue;
    const stored = JSON.stringify(stream.state());
    longest = Math.max(longest, stored.length);
    stream = createRuleStream<string>({ center, sigma, ruleSet, state: JSON.parse(stored) as RuleState });
  }
  expect(longest).toBeLessThan(200);
  return found;
}

/** Equal, and sooner known than by a matcher that looks into every object. */
const alike = (some: readonly Signal[], others: readonly Signal[]): boolean =>
  some.length === others.length &&
  some.every(({ index, rule }, i) => index === others[i]?.index && rule === others[i].rule);

/**
 * Values on a grid of a quarter of sigma in decimals, 0.1 at sigma 0.4, so that they lie on all lines and tie with each
 * other; they wander and rest, zigzag and drift at times, and some are missing.
 */
function aChart({ ruleSet, seed, length }: { ruleSet: RuleSetName; seed: number; length: number }): Chart {
  const random = generator(seed);
  let [mood, tenths, left] = [0, 0, 0];
  const values = Array.from({ length }, (_, i) => {
    if (left-- <= 0) [mood, left] = [Math.floor(random() * 6), Math.floor(5 + random() * 25)];
    const noise = Math.round((random() + random() + random() - 1.5) * 10);
    if (mood < 2) tenths = noise;
    else if (mood === 2) tenths = Math.max(-16, Math.min(16, tenths + Math.round((random() - 0.3) * 3)));
    else if (mood === 3) tenths = (i % 2 === 0 ? 1 : -1) * Math.floor(1 + random() * 9);
    else if (mood === 4) tenths = Math.floor(random() * 9) - 4;
    else tenths = Math.round(noise * 1.5) + (left % 2) * 3;
    return random() < 0.01 ? null : Number(((103 + tenths) / 10).toFixed(1));
  });
  return { values, center: 10.3, sigma: 0.4, ruleSet };
}

/** Lehmer's generator of numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed * 7919;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
