import type { Phase } from '@cobench/shared/series/phase';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { expect, test } from 'vitest';
import { pointsCsv } from './points-csv.ts';

const at = '2026-11-21T10:00:00.000Z';
const point = (index: number, over: Partial<SeriesPoint> = {}): SeriesPoint => ({
  index,
  at,
  items: [0.1 + 0.2],
  size: null,
  value: 0.1 + 0.2,
  center: 0.25,
  sigma: 0.1,
  ucl: 0.55,
  lcl: -0.05,
  rules: [],
  excluded: null,
  runId: null,
  label: '',
  ...over,
});
const phase = (start: number, name: string, limitsVersion: number): Phase => ({
  start,
  name,
  limitsVersion,
  source: { from: 'given', center: 0.25, sigma: 0.1 },
  parameters: { center: 0.25, sigma: 0.1 },
  rules: [],
});
const phases = [phase(0, 'Phase 1', 1), phase(2, 'After, "service"', 3)];

const lines = (csv: string) => csv.trimEnd().split('\r\n');

test('numbers are whole, points are counted from 1 and belong to their phase', () => {
  const [head, first, third] = lines(pointsCsv([point(0), point(2, { rules: ['WE1', 'WE4'], label: '=lot' })], phases));
  expect(head).toBe(
    'point,at,label,run,brought by,value,lower sum,size,centre,sigma,ucl,lcl,verdict,rules,phase,limits version,excluded by,excluded at,reason,measured',
  );
  expect(first).toBe(
    `1,${at},,,,0.30000000000000004,,,0.25,0.1,0.55,-0.05,in control,,Phase 1,1,,,,0.30000000000000004`,
  );
  expect(third).toBe(
    `3,${at},'=lot,,,0.30000000000000004,,,0.25,0.1,0.55,-0.05,signal,WE1 WE4,"After, ""service""",3,,,,0.30000000000000004`,
  );
});

test('subgroups have a column for each measurement; what is missing stays empty', () => {
  const excluded = { byName: 'Ada', at, reason: 'Pump, again' };
  const csv = pointsCsv(
    [point(0, { items: [1, null, 3], value: 2 }), point(1, { items: [4], value: 4, excluded })],
    phases,
  );
  const [head, first, second] = lines(csv);
  expect(head?.endsWith('reason,measured 1,measured 2,measured 3')).toBe(true);
  expect(first?.endsWith(',1,,3')).toBe(true);
  expect(second).toContain(`excluded,,Phase 1,1,Ada,${at},"Pump, again",4,,`);
});

test('before there are limits a point says so', () => {
  const bare = { center: null, sigma: null, ucl: null, lcl: null };
  expect(pointsCsv([point(0, bare)], phases)).toContain(',no limits yet,');
  expect(pointsCsv([point(0, { ...bare, value: null, items: [null] })], phases)).toContain(',no value,');
});
