import { computeLimits, type ChartRequest, type Line } from '@cobench/shared/spc/index';
import { expect, test } from 'vitest';
import { areNear, spcVectors, type SpcVector } from './spc-data.ts';

const vectors = [...spcVectors('published'), ...spcVectors('qcc')].filter(({ kind }) => kind === 'limits');
const judged = vectors.filter(({ expected = {}, rulesExpected }) => rulesExpected?.['N1'] ?? expected['violations']);
const sums = vectors.filter(({ expected = {} }) => expected['violationsUpper']);
const named = (list: SpcVector[]) => list.map((vector) => [vector.id, vector] as const);

test('the files are the ones we know', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(89);
  expect(new Set(vectors.map(({ chart }) => chart)).size).toBeGreaterThanOrEqual(13);
  expect(judged.length).toBeGreaterThanOrEqual(14);
  expect(sums.length).toBeGreaterThanOrEqual(7);
});

test.each(named(vectors))('lines and points of %s', (_id, vector) => {
  const { expected = {}, tol } = vector;
  const ours = computeLimits(requestOf(vector)) as Record<string, unknown>;
  const known = ['center', 'sigma', 'ucl', 'lcl', 'values', 'pos', 'neg', 'sigmaZ'].filter((name) => name in expected);
  expect(known.length).toBeGreaterThan(0);
  expect(known.filter((name) => !areNear(ours[name], expected[name], tol))).toEqual([]);
});

test.each(named(judged))('points beyond the limits of %s', (_id, vector) => {
  const { expected = {}, rulesExpected } = vector;
  const limits = computeLimits(requestOf(vector));
  const { values, ucl, lcl } = 'values' in limits ? limits : { ...limits, values: limits.pos };
  const beyond = values.flatMap((value, i) => (value! > at(ucl, i) || value! < at(lcl, i) ? [i] : []));
  expect(beyond).toEqual(rulesExpected?.['N1'] ?? expected['violations']);
});

test.each(named(sums))('sums beyond the decision interval of %s', (_id, vector) => {
  const { expected = {} } = vector;
  const { pos, neg, ucl, lcl } = computeLimits({ ...requestOf(vector), chart: 'cusum' });
  expect(pos.flatMap((sum, i) => (sum! > ucl ? [i] : []))).toEqual(expected['violationsUpper']);
  expect(neg.flatMap((sum, i) => (sum! < lcl ? [i] : []))).toEqual(expected['violationsLower']);
});

function requestOf({ chart = 'i', data = [], sizes, options = {} }: SpcVector): ChartRequest {
  return { chart, data, ...(sizes && { sizes }), options };
}

const at = (line: Line, i: number): number => (Array.isArray(line) ? (line[i] ?? Number.NaN) : line);
