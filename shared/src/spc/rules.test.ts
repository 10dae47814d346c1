import { expect, test } from 'vitest';
import { evaluateRules } from './evaluate-rules.ts';
import type { Measurement } from './charts.ts';
import { createRuleStream } from './rule-stream.ts';
import { sideOf, zoneLines, zoneOf } from './zones.ts';

const standard = { center: 0, sigma: 1, ruleSet: 'western-electric' } as const;

/** The indices at which a rule signals on a chart with centre 0 and sigma 1. */
const signalsOf = (rule: string, values: readonly Measurement[]) =>
  evaluateRules({ ...standard, values }).flatMap((signal) => (signal.rule === rule ? [signal.index] : []));
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('WE1: wafer 24 of the e-Handbook (6.3.3.1) is beyond, wafer 3 is exactly on the limit and is not', () => {
  const defects = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13];
  const signals = evaluateRules({ values: defects, center: 16, sigma: 4, ruleSet: 'western-electric' });
  expect(signals.filter(({ rule }) => rule === 'WE1')).toEqual([{ index: 23, rule: 'WE1' }]);
});

test('WE1: circuit boards 6 and 20 of Montgomery are beyond, one on each side', () => {
  const boards = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15,
  ];
  const signals = evaluateRules({ values: boards, center: 19.85, ucl: 33.22, lcl: 6.48, ruleSet: 'western-electric' });
  expect(signals.filter(({ rule }) => rule === 'WE1').map(({ index }) => index)).toEqual([5, 19]);
});

test('WE2: two of three beyond 2 sigma, once three have been seen', () => {
  expect(signalsOf('WE2', [2.5, 2.5])).toEqual([]);
  expect(signalsOf('WE2', [0.5, 2.5, 2.5])).toEqual([2]);
  expect(signalsOf('WE2', [2.5, 0.5, 2.5])).toEqual([2]);
});

test('WE2: the point that completes the pattern is itself beyond', () => {
  expect(signalsOf('WE2', [2.5, 2.5, 0.5])).toEqual([]);
});

test('WE3: four of five beyond 1 sigma on one side', () => {
  expect(signalsOf('WE3', [1.5, 1.5, 0.5, 1.5, 1.5])).toEqual([4]);
  expect(signalsOf('WE3', [1.5, 1.5, -1.5, -1.5, 1.5])).toEqual([]);
});

test('WE4: the eighth in a row on one side signals, and so does each one after it', () => {
  expect(signalsOf('WE4', times(7, 0.5))).toEqual([]);
  expect(signalsOf('WE4', times(10, 0.5))).toEqual([7, 8, 9]);
});

test('WE4: a point exactly on the centre line breaks the run', () => {
  expect(signalsOf('WE4', [...times(7, 0.5), 0, ...times(7, 0.5)])).toEqual([]);
});

test('WE4: a change of side starts a new run', () => {
  expect(signalsOf('WE4', [...times(7, 0.5), ...times(8, -0.5)])).toEqual([14]);
});

test('what is null is as if it were left out', () => {
  const values = [0, 4, 0, -4];
  const nothing = { ucl: null, lcl: null, run: null, level: null, options: null } as unknown as object;
  expect(evaluateRules({ ...standard, values, ...nothing })).toEqual(evaluateRules({ ...standard, values }));
  const stream = createRuleStream({ ...standard, ...nothing, state: null });
  expect(stream.push(4, { center: null, sigma: null } as unknown as object)).toEqual(['WE1']);
});

test('no window reaches across a gap', () => {
  expect(signalsOf('WE4', [...times(7, 0.5), null, ...times(8, 0.5)])).toEqual([15]);
  expect(signalsOf('WE2', [2.5, null, 2.5, 2.5])).toEqual([]);
});

test('each point is judged by its own lines', () => {
  const signals = evaluateRules({
    values: [5, 5],
    center: 0,
    ucl: [6, 4],
    lcl: [-6, -4],
    ruleSet: 'western-electric',
  });
  expect(signals).toEqual([{ index: 1, rule: 'WE1' }]);
});

test('a rule set is data: what it names is judged, by its own ids', () => {
  const ruleSet = [{ id: 'three-up', title: 'Three in a row', window: 3, count: 3, zone: 0 }] as const;
  const signals = evaluateRules({ values: [1, 1, 1], center: 0, sigma: 1, ruleSet });
  expect(signals).toEqual([{ index: 2, rule: 'three-up' }]);
});

test.each([
  [33, 1],
  [0, 0],
  [3, 4],
])('a rule over %i points that needs %i is refused', (window, count) => {
  const ruleSet = [{ id: 'odd', title: '', window, count, zone: 0 }] as const;
  expect(() => createRuleStream({ center: 0, ruleSet })).toThrow(RangeError);
});

test('the state of a stream is small', () => {
  const stream = createRuleStream(standard);
  for (const value of times(100, 2.5)) stream.push(value);
  expect(JSON.stringify(stream.state()).length).toBeLessThan(200);
});

test('zones: a value on a line belongs to the inner zone, one on the centre line to no side', () => {
  const limits = { center: 10, sigma: 2 };
  expect([10, 12, 12.1, 14, 8, 4, 3.9].map((value) => zoneOf(value, limits))).toEqual([
    'C',
    'C',
    'B',
    'B',
    'C',
    'A',
    'beyond',
  ]);
  expect([9, 10, 11].map((value) => sideOf(value, 10))).toEqual(['below', null, 'above']);
  expect(zoneLines(limits)).toEqual([14, 12, 8, 6]);
});
