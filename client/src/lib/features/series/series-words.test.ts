import { ChartDefinition } from '@cobench/shared/series/chart';
import type { Phase } from '@cobench/shared/series/phase';
import { expect, test } from 'vitest';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { limitsInWords, linesOf, sourceInWords, subgroupsInWords } from './series-words.ts';

const phase = (over: Partial<Phase>): Phase => ({ ...(aSeries().phases[0] as Phase), ...over });

test('what feeds a series and how it is grouped', () => {
  const ofRun = { from: 'metric', metric: 'Pressure', instrumentId: null, runId: anId(1) } as const;
  expect(sourceInWords(ofRun)).toBe('Metric “Pressure” of one run');
  expect(sourceInWords({ ...ofRun, runId: null })).toBe('Metric “Pressure” of the runs');
  expect(subgroupsInWords({ by: 'count', size: 5 })).toBe('Subgroups of 5');
  expect(subgroupsInWords({ by: 'time', seconds: 3600 })).toBe('One point per 1 h 00 min');
  expect(subgroupsInWords({ by: 'each' })).toBe('');
});

test('where the limits come from, with points counted from 1', () => {
  const of = (over: Partial<Phase>) => limitsInWords(phase(over), aSeries());
  expect(of({ source: { from: 'points', first: 9, last: 33 } })).toBe('Set by points 10 to 34; limits at ± 3 sigma.');
  expect(of({ start: 40, source: { from: 'baseline', points: 20 } })).toContain('from point 41 on');
  expect(of({ source: { from: 'baseline', points: 20 }, parameters: null })).toContain('will be set by the first 20');
});

test('the lines of the newest phase are those of its chart', () => {
  expect(linesOf(aSeries())).toEqual({ center: 10, sigma: 1, ucl: 13, lcl: 7 });
  const means = ChartDefinition.parse({ kind: 'xbar' });
  const parameters = { center: 10, sigma: 1, size: 4 };
  expect(linesOf(aSeries({ chart: means, phases: [phase({ parameters })] }))?.ucl).toBeCloseTo(11.5, 10);
  expect(linesOf(aSeries({ phases: [phase({ parameters: null })] }))).toBeNull();
});
