import { computeLimits, evaluateRules, ruleSets } from '@cobench/shared/spc/index';
import { expect, test } from 'vitest';
import { spcVectors, type SpcVector } from './spc-data.ts';

const all = [...spcVectors('published'), ...spcVectors('qcc')];
const ruled = all.filter(({ kind }) => kind === 'rules');
const charted = all.filter(({ rulesExpected, chart }) => rulesExpected && chart !== 'cusum');
const named = (list: SpcVector[]) => list.map((vector) => [vector.id, vector] as const);

test('the files are the ones we know', () => {
  expect(ruled.length).toBeGreaterThanOrEqual(42);
  expect(charted.length).toBeGreaterThanOrEqual(4);
  const signalled = ruled.flatMap(({ expected = {} }) =>
    Object.keys(expected).filter((id) => listOf(expected, id).length),
  );
  // Of the twelve rules only the alternation never signals on these real data.
  expect(new Set(signalled).size).toBe(11);
});

test.each(named(ruled))('Western Electric and Nelson rules on %s', (_id, vector) => {
  const { values = [], center = 0, sigma, ucl, lcl, expected = {} } = vector;
  const lines = {
    ...(sigma !== undefined && { sigma }),
    ...(ucl !== undefined && { ucl }),
    ...(lcl !== undefined && { lcl }),
  };
  const ours = indicesByRule({ values, center, ...lines }, Object.keys(expected));
  expect(ours).toEqual(expected);
});

test.each(named(charted))(
  'rules on our own limits of %s',
  (_id, { chart = 'i', data = [], sizes, options = {}, rulesExpected = {} }) => {
    const limits = computeLimits({
      chart,
      data,
      ...(sizes && { sizes }),
      options: Array.isArray(options) ? {} : options,
    });
    const { values } = limits as { values: (number | null)[] };
    expect(indicesByRule({ ...limits, values }, Object.keys(rulesExpected))).toEqual(rulesExpected);
  },
);

type Lines = Omit<Parameters<typeof evaluateRules>[0], 'ruleSet'>;

function indicesByRule(lines: Lines, ids: readonly string[]): Record<string, number[]> {
  const ruleSet = [...ruleSets['western-electric'], ...ruleSets.nelson];
  const signals = evaluateRules({ ...lines, ruleSet });
  return Object.fromEntries(ids.map((id) => [id, signals.filter(({ rule }) => rule === id).map(({ index }) => index)]));
}

const listOf = (expected: Record<string, unknown>, id: string): unknown[] => expected[id] as unknown[];
