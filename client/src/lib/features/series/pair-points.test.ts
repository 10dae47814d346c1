import { ChartDefinition } from '@cobench/shared/series/chart';
import type { Phase } from '@cobench/shared/series/phase';
import { computeLimits } from '@cobench/shared/spc/limits';
import { expect, test } from 'vitest';
import { anExclusion, someControlPoints } from '../../../test/control-points.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { pairKindOf, PairPoints } from './pair-points.ts';

const individuals = ChartDefinition.parse({ kind: 'i' });
const means = ChartDefinition.parse({ kind: 'xbar' });
const values = [10.2, 9.8, 10.9, 10.1, 9.4, 10.6, 14.2, 10.3];
const measured = (excluded = -1) =>
  someControlPoints(values.length, (i) => ({
    items: [values[i] ?? 0],
    excluded: i === excluded ? anExclusion : null,
  }));
const phase = (sigma: number | null, start = 0): Phase => ({
  ...(aSeries().phases[0] as Phase),
  start,
  parameters: sigma === null ? null : { center: 10, sigma },
});

test('moving ranges and their lines are those of the engine', () => {
  const { center, ucl, lcl } = computeLimits({ chart: 'mr', data: values.slice(0, 6) });
  const single = computeLimits({ chart: 'i', data: values.slice(0, 6) }).sigma;
  const drawn = new PairPoints().of({ chart: individuals, phases: [phase(single)], points: measured(), kind: 'mr' });
  expect(drawn.map(({ value }) => value)).toEqual([null, ...computeLimits({ chart: 'mr', data: values }).values]);
  const lines = [center, ucl, lcl].map((line) => (typeof line === 'number' ? line : Number(line?.[0])));
  const own = drawn[3];
  [own?.center, own?.ucl, own?.lcl].forEach((line, i) => expect(line).toBeCloseTo(Number(lines[i]), 10));
  expect(drawn.flatMap(({ index, signals }) => (signals.length > 0 ? [index] : []))).toEqual([6, 7]);
});

test('no moving range reaches across an excluded point or into another phase', () => {
  const phases = [phase(1), phase(0.5, 5)];
  const drawn = new PairPoints().of({ chart: individuals, phases, points: measured(2), kind: 'mr' });
  expect(drawn.map(({ value }) => value !== null)).toEqual([false, true, false, false, true, false, true, true]);
  expect(drawn[7]?.ucl).toBeCloseTo(Number(drawn[1]?.ucl) / 2, 12);
});

test('while the sigma of a phase is not known there are points without lines', () => {
  const drawn = new PairPoints().of({ chart: individuals, phases: [phase(null)], points: measured(), kind: 'mr' });
  expect(drawn.every(({ ucl, signals }) => ucl === null && signals.length === 0)).toBe(true);
  expect(drawn[1]?.value).toBeCloseTo(0.4, 12);
});

test('points that come later, and older ones that go, change nothing in between', () => {
  const points = measured();
  const request = { chart: individuals, phases: [phase(1)], kind: 'mr' } as const;
  const whole = new PairPoints().of({ ...request, points });
  const growing = new PairPoints();
  growing.of({ ...request, points: points.slice(0, 5) });
  const later = growing.of({ ...request, points: points.slice(2) });
  expect(later).toEqual(whole.slice(2));
  // A revision is noticed.
  expect(growing.of({ ...request, phases: [phase(2)], points: points.slice(2) })[3]?.ucl).toBeCloseTo(2 * Number(whole[3]?.ucl), 10); // prettier-ignore
});

test('subgroups have ranges, large ones and those judged by deviations have standard deviations', () => {
  const subgroups = someControlPoints(2, () => ({ items: [1, 2, 4] }));
  expect(pairKindOf(means, subgroups)).toBe('r');
  expect(
    pairKindOf(
      means,
      someControlPoints(1, () => ({ items: Array.from({ length: 12 }, () => 1) })),
    ),
  ).toBe('s');
  expect(pairKindOf({ ...means, sigmaMethod: 'UWAVE-SD' }, subgroups)).toBe('s');
  expect(pairKindOf(ChartDefinition.parse({ kind: 'p' }), subgroups)).toBeNull();
  const [first] = new PairPoints().of({ chart: means, phases: [phase(1)], points: subgroups, kind: 'r' });
  expect(first?.value).toBe(3);
  expect(first?.center).toBeCloseTo(1.6926, 3);
});
