import type { Phase, SeriesRule } from '@cobench/shared/series/phase';
import { expect, test } from 'vitest';
import { aSeries, aSeriesPoint } from '../../../test/lab-records.ts';
import { chartPhases, chartRules, controlPoint } from './control-points.ts';

const phase = (over: Partial<Phase>): Phase => ({ ...(aSeries().phases[0] as Phase), ...over });
const rule = (id: string): SeriesRule => ({ id, title: `Rule ${id}`, window: 1, count: 1, zone: 3 });

test('a point keeps its own lines and verdicts', () => {
  const point = controlPoint(aSeriesPoint(4, { rules: ['WE1'], ucl: 12 }));
  expect(point).toMatchObject({ index: 4, at: Date.parse('2026-11-21T10:00:00.000Z'), signals: ['WE1'], ucl: 12 });
});

test('phases say which points set their limits, as far as these are there', () => {
  const phases = [
    phase({ source: { from: 'baseline', points: 20 } }),
    phase({ start: 40, source: { from: 'points', first: 5, last: 9 } }),
    phase({ start: 60, source: { from: 'baseline', points: 20 } }),
  ];
  expect(chartPhases({ phases, pointCount: 70 }).map(({ basis }) => basis)).toEqual([
    { first: 0, last: 19 },
    { first: 5, last: 9 },
    null,
  ]);
});

test('the rules of the newest phase come first, each once', () => {
  const phases = [phase({ rules: [rule('A'), rule('B')] }), phase({ start: 9, rules: [rule('B'), rule('C')] })];
  expect(chartRules({ phases }).map(({ id }) => id)).toEqual(['B', 'C', 'A']);
});
