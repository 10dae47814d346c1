import type { LimitsVersion } from '@cobench/shared/series/phase';
import { expect, test } from 'vitest';
import { anId } from '../../../test/records.ts';
import { basisInWords, phasesWith, replacedAt } from './limits-versions.ts';

const version = (number: number, over: Partial<LimitsVersion> = {}): LimitsVersion => ({
  id: anId(50 + number),
  seriesId: anId(20),
  start: 0,
  name: 'Phase 1',
  limitsVersion: number,
  version: number,
  source: { from: 'given', center: 10, sigma: 1 },
  parameters: { center: 10, sigma: 1 },
  rules: [],
  at: `2026-11-21T10:0${number}:00.000Z`,
  byName: 'Ada',
  reason: 'Service',
  basedOn: null,
  change: 'Known values',
  ...over,
});

test('what limits are based on is told with the points that were left out', () => {
  const based = (excluded: number[]) =>
    basisInWords({ basedOn: { first: 0, last: 24, excluded, count: 25 - excluded.length } });
  expect(based([])).toBe('from points 1 to 25');
  expect(based([6])).toBe('from 24 of points 1 to 25, without 7');
  expect(based([0, 1, 2, 3, 4, 5])).toBe('from 19 of points 1 to 25, without 1, 2, 3, 4, 5 …');
  expect(basisInWords({ basedOn: null })).toBe('');
});

test('a version stands in the place of its phase; one of a phase that is gone beside the others', () => {
  const now = phasesWith([], version(3));
  expect(phasesWith(now, version(1)).map(({ limitsVersion }) => limitsVersion)).toEqual([1]);
  expect(phasesWith(now, version(2, { start: 40 })).map(({ start }) => start)).toEqual([0, 40]);
});

test('a version was replaced by the next one of its phase', () => {
  const versions = [version(4), version(3, { start: 40 }), version(2), version(1)];
  expect(replacedAt(version(1), versions)).toBe(version(2).at);
  expect(replacedAt(version(4), versions)).toBeNull();
});
