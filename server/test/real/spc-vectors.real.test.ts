import { computeLimits, evaluateRules, ruleIds, type Measurement } from '@cobench/shared/spc/index';
import { expect, test } from 'vitest';
import { spcVectors, type SpcVector } from './spc-data.ts';

const all = [...spcVectors('published'), ...spcVectors('qcc')];
const individuals = all.filter(
  ({ kind, chart, options = {} }) =>
    kind === 'limits' && chart === 'i' && (options.sigmaMethod ?? 'MR') === 'MR' && (options.mrSpan ?? 2) === 2,
);
const ruled = all.filter(({ kind }) => kind === 'rules');

test('the files are the ones we know', () => {
  expect(individuals.length).toBeGreaterThanOrEqual(12);
  expect(ruled.length).toBeGreaterThanOrEqual(42);
});

test.each(individuals.map((vector) => [vector.id, vector] as const))('limits of %s', (_id, vector) => {
  const { data = [], options = {}, expected = {}, tol = {} } = vector;
  const limits = computeLimits({ chart: 'i', data: data as Measurement[], options });
  const lines = (['center', 'sigma', 'ucl', 'lcl'] as const).filter((line) => expected[line] !== undefined);
  const wrong = lines.filter((line) => {
    const theirs = Number(expected[line]);
    return !(Math.abs(limits[line] - theirs) <= (tol.abs ?? (tol.rel ?? 1e-9) * Math.abs(theirs)));
  });
  expect(wrong).toEqual([]);
});

test.each(ruled.map((vector) => [vector.id, vector] as const))('Western Electric rules on %s', (_id, vector) => {
  const { expected = {} } = vector;
  const signals = evaluateRules({ ...linesOf(vector), ruleSet: 'western-electric' });
  const known = ruleIds.filter((rule) => expected[rule] !== undefined);
  const ours = known.map((id) => signals.filter(({ rule }) => rule === id).map(({ index }) => index));
  expect(ours).toEqual(known.map((id) => expected[id]));
});

function linesOf({ values = [], center = 0, sigma, ucl, lcl }: SpcVector) {
  return {
    values,
    center,
    ...(sigma !== undefined && { sigma }),
    ...(ucl !== undefined && { ucl }),
    ...(lcl !== undefined && { lcl }),
  };
}
