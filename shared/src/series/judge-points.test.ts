import { expect, test } from 'vitest';
import { evaluateRules } from '../spc/index.ts';
import { ruleSets } from '../spc/rule-sets.ts';
import { ChartDefinition } from './chart.ts';
import { diffOf, episodesOf } from './episodes.ts';
import { judgePoints, phaseJudge, type MeasuredPoint } from './judge-points.ts';
import type { Phase } from './phase.ts';
import { revise, UnfitRevision } from './revise.ts';
import { usualRules } from './series.ts';

const chart = ChartDefinition.parse({ kind: 'i' });
const aPhase = (over: Partial<Phase> = {}): Phase => ({
  start: 0,
  name: 'Phase 1',
  limitsVersion: 1,
  source: { from: 'given', center: 10, sigma: 1 },
  parameters: { center: 10, sigma: 1 },
  rules: usualRules(chart),
  ...over,
});
const pointsOf = (values: readonly (number | null)[]): MeasuredPoint[] =>
  values.map((value) => ({ items: [value], size: null, excluded: false }));
const signalsOf = (judged: readonly { rules: string[] }[]) =>
  judged.flatMap(({ rules }, index) => rules.map((rule) => `${index} ${rule}`));
/** Numbers that look like chance and are the same each time. */
function noise(count: number, seed = 7): number[] {
  let state = seed;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, () => 10 + (next() + next() + next() + next() - 2) * 1.9);
}

test('points are judged by the phase that they are in, afresh where it begins', () => {
  const phases = [aPhase(), aPhase({ start: 6, limitsVersion: 2, parameters: { center: 20, sigma: 1 } })];
  const judged = judgePoints({ chart, phases, points: pointsOf([10, 14, 11, 11, 11, 11, 20, 21, 24]) });
  expect(signalsOf(judged)).toEqual(['1 WE1', '8 WE1']);
  expect(judged.map(({ center }) => center)).toEqual([10, 10, 10, 10, 10, 10, 20, 20, 20]);
  expect(judged[8]).toMatchObject({ value: 24, sigma: 1, ucl: 23, lcl: 17, sides: ['above'] });
});

test('an excluded point is shown, signals nothing and breaks what goes across it', () => {
  const eight = [11, 11, 11, 11, 11, 11, 11, 11];
  const points = pointsOf(eight);
  expect(signalsOf(judgePoints({ chart, phases: [aPhase()], points }))).toEqual(['7 WE4']);
  points[3] = { items: [99], size: null, excluded: true };
  const judged = judgePoints({ chart, phases: [aPhase()], points });
  expect(signalsOf(judged)).toEqual([]);
  expect(judged[3]).toMatchObject({ value: 99, center: 10, ucl: 13, rules: [], sides: [] });
});

test('an excluded point does not move a moving average', () => {
  const ewma = ChartDefinition.parse({ kind: 'ewma' });
  const judge = (points: MeasuredPoint[]) => judgePoints({ chart: ewma, phases: [aPhase()], points });
  const without = judge(pointsOf([10, 11, null, 12]));
  const excluded = judge(pointsOf([10, 11, 50, 12]).map((point, i) => ({ ...point, excluded: i === 2 })));
  expect(excluded[3]).toEqual(without[3]);
  expect(Number(excluded[2]?.value)).toBeGreaterThan(15);
});

test('while there are no limits nothing is judged, and what was measured is shown', () => {
  const phases = [aPhase({ parameters: null, source: { from: 'baseline', points: 20 } })];
  const [single] = judgePoints({ chart, phases, points: pointsOf([99]) });
  expect(single).toEqual({ value: 99, center: null, sigma: null, ucl: null, lcl: null, rules: [], sides: [] });
  const cusum = ChartDefinition.parse({ kind: 'cusum' });
  expect(judgePoints({ chart: cusum, phases, points: pointsOf([99]) })[0]?.value).toBe(99);
});

test('what a chart cannot show is a gap, and no verdict is anything but numbers', () => {
  const counts = ChartDefinition.parse({ kind: 'c' });
  const judged = judgePoints({ chart: counts, phases: [aPhase()], points: pointsOf([9, -4, 30]) });
  expect(judged.map(({ value }) => value)).toEqual([9, null, 30]);
  const far = aPhase({ parameters: { center: 1e100, sigma: 1e-300 } });
  const cusum = ChartDefinition.parse({ kind: 'cusum' });
  const wild = judgePoints({ chart: cusum, phases: [far], points: pointsOf([-1e100, 1e100, 0]) });
  expect(JSON.parse(JSON.stringify(wild))).toEqual(wild);
});

test.each(['i', 'mr', 'ewma', 'cusum', 'xbar', 't', 'c'] as const)(
  'wherever judging is cut and goes on from what it remembered, verdicts are those of the whole: %s',
  (kind) => {
    const definition = ChartDefinition.parse({ kind });
    const rules = kind === 'cusum' ? usualRules(definition) : ruleSets.nelson.map((rule) => ({ ...rule }));
    const phase = aPhase({ rules });
    const points = noise(300).map((value, i): MeasuredPoint => {
      const items = kind === 'xbar' ? [value, value + 1, 10] : [kind === 'c' ? Math.round(value) : value];
      return { items, size: null, excluded: i % 37 === 5 };
    });
    const whole = judgePoints({ chart: definition, phases: [phase], points });
    for (const cut of [1, 5, 6, 100, 299]) {
      const judge = phaseJudge(definition, phase);
      points.slice(0, cut).forEach(judge.push);
      const from: unknown = JSON.parse(JSON.stringify(judge.state()));
      const rest = judgePoints({
        chart: definition,
        phases: [phase],
        points: points.slice(cut),
        first: cut,
        from: from as ReturnType<typeof judge.state>,
      });
      expect(rest).toEqual(whole.slice(cut));
    }
  },
);

test('verdicts are those of the engine over all values at once', () => {
  const values = noise(2000);
  const judged = judgePoints({
    chart,
    phases: [aPhase({ rules: ruleSets.nelson.map((rule) => ({ ...rule })) })],
    points: pointsOf(values),
  });
  const expected = evaluateRules({ values, center: 10, sigma: 1, ucl: 13, lcl: 7, ruleSet: 'nelson' });
  expect(expected.length).toBeGreaterThan(20);
  expect(signalsOf(judged)).toEqual(expected.map(({ index, rule }) => `${index} ${rule}`));
});

test('consecutive signals of one rule on one side are one alarm, and no alarm reaches into another phase', () => {
  const phases = [aPhase(), aPhase({ start: 6, limitsVersion: 2 })];
  const judged = judgePoints({ chart, phases, points: pointsOf([14, 15, 10, 14, 5, 14, 14]) });
  const alarms = episodesOf(judged, { phases }).filter(({ rule }) => rule === 'WE1');
  expect(alarms.map(({ side, firstIndex, lastIndex, signals }) => [side, firstIndex, lastIndex, signals])).toEqual([
    ['above', 0, 1, 2],
    ['above', 3, 3, 1],
    ['below', 4, 4, 1],
    ['above', 5, 5, 1],
    ['above', 6, 6, 1],
  ]);
});

function revised(values: readonly number[], revision: Parameters<typeof revise>[0]['revision'], phases = [aPhase()]) {
  const points = pointsOf(values);
  const before = judgePoints({ chart, phases, points });
  const after = revise({ chart, phases, points, revision });
  const diff = diffOf(episodesOf(before, { phases }), episodesOf(after.judged, { phases: after.phases }));
  return { ...after, diff };
}

test('other limits make alarms appear and vanish, and say which', () => {
  const { diff, phases } = revised([10, 14, 10, 8, 10], { limits: { from: 'given', center: 11, sigma: 0.9 } });
  expect(diff).toMatchObject({ appearing: 1, vanishing: 0, stays: 1 });
  expect(diff.appears).toMatchObject([{ rule: 'WE1', side: 'below', firstIndex: 3 }]);
  expect(phases).toMatchObject([{ limitsVersion: 2, parameters: { center: 11, sigma: 0.9 } }]);
});

test('an excluded point of a baseline sets other limits; what is not the baseline keeps them', () => {
  const values = [10, 11, 10, 40, 10, 9, 10, 11, 10, 16];
  const phases = [aPhase({ source: { from: 'baseline', points: 9 }, parameters: { center: 13.4, sigma: 10 } })];
  const { diff, phases: after } = revised(values, { exclude: [3] }, phases);
  expect(after[0]?.parameters?.center).toBeCloseTo(10.125, 10);
  expect(diff.appears.map(({ rule, firstIndex }) => [rule, firstIndex])).toContainEqual(['WE1', 9]);
  expect(revised(values, { exclude: [9] }, phases).phases[0]?.parameters).toEqual({ center: 13.4, sigma: 10 });
});

test('a phase begins within another, keeps its limits unless told, and ends again', () => {
  const phases = [aPhase({ source: { from: 'baseline', points: 3 } })];
  const begun = revised([10, 14, 10, 15, 10], { startPhase: { at: 3, name: 'After service' } }, phases).phases;
  expect(begun).toMatchObject([
    { start: 0, limitsVersion: 1, source: { from: 'baseline', points: 3 } },
    { start: 3, name: 'After service', limitsVersion: 2, source: { from: 'points', first: 0, last: 2 } },
  ]);
  const joined = revised([10, 14, 10, 15, 10], { phase: 3, endPhase: true }, begun).phases;
  expect(joined).toMatchObject([{ start: 0, limitsVersion: 3, parameters: { center: 10, sigma: 1 } }]);
});

test.each([
  [{}, ''],
  [{ phase: 3, name: 'x' }, 'phase'],
  [{ startPhase: { at: 9, name: 'x' } }, 'startPhase/at'],
  [{ endPhase: true }, 'endPhase'],
  [{ exclude: [5] }, 'exclude/0'],
  [{ exclude: [1], include: [1] }, 'include/0'],
  [{ limits: { from: 'points', first: 0, last: 5 } }, 'limits/last'],
] as const)('a revision that cannot be made says at which field (%#)', (revision, field) => {
  const given = structuredClone(revision) as Parameters<typeof revise>[0]['revision'];
  const make = () => revise({ chart, phases: [aPhase()], points: pointsOf([1, 2, 3, 4, 5]), revision: given });
  expect(make).toThrow(UnfitRevision);
  expect(make).toThrow(expect.objectContaining({ field }));
});

test('what if over ten thousand points is answered while a line is dragged', () => {
  const points = pointsOf(noise(10_000));
  const rules = ruleSets.nelson.map((rule) => ({ ...rule }));
  const phases = [aPhase({ rules })];
  const before = episodesOf(judgePoints({ chart, phases, points }), { phases });
  const times = Array.from({ length: 20 }, (_, i) => {
    const center = 10 + i / 20;
    const from = performance.now();
    const after = revise({ chart, phases, points, revision: { limits: { from: 'given', center, sigma: 1 } } });
    diffOf(before, episodesOf(after.judged, { phases: after.phases }));
    return performance.now() - from;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
