import type { MetricEvent } from '@cobench/shared/runs/run-event';
import type { Series } from '@cobench/shared/series/series';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Chart, Growth } from './series.repo.ts';

const at = '2026-11-21T08:00:00.000Z';
const run = { id: 'run', name: 'Wafer 7' };

function aChart(over: Partial<Series> = {}): Chart {
  const series: Series = {
    id: 'series',
    projectId: 'project',
    instrumentId: null,
    name: 'Pressure',
    metric: 'x',
    unit: 'mTorr',
    limitSource: { from: 'given', center: 10, sigma: 1 },
    limits: { center: 10, sigma: 1, ucl: 13, lcl: 7 },
    rules: ['WE1', 'WE4'],
    pointCount: 0,
    lastValue: null,
    lastAt: null,
    openAlerts: 0,
    version: 0,
    createdAt: at,
    ...over,
  };
  return { series, ruleState: null, episodes: [] };
}

let alerts = 0;
const newId = () => `alert ${++alerts}`;
const events = (values: readonly number[]): MetricEvent[] =>
  values.map((value, i) => ({ kind: 'metric', name: 'x', unit: '', seq: i + 1, at, observedAt: null, value }));
const take = (chart: Chart, values: readonly number[], baseline: readonly number[] = []): Growth =>
  judge(chart, { run, metrics: events(values), baseline, newId });

/** The chart as it is after a growth was stored. */
const after = (chart: Chart, growth: Growth): Chart => ({
  series: { ...chart.series, limits: growth.limits, pointCount: chart.series.pointCount + growth.points.length },
  ruleState: growth.ruleState,
  episodes: growth.episodes,
});

test('a point beyond the limits opens an alert that says where, when and by which lines', () => {
  const { points, opened } = take(aChart(), [10, 14, 10]);
  expect(points.map(({ index, rules }) => [index, rules])).toEqual([
    [0, []],
    [1, ['WE1']],
    [2, []],
  ]);
  expect(opened).toMatchObject([
    {
      rule: 'WE1',
      side: 'above',
      firstIndex: 1,
      lastIndex: 1,
      signals: 1,
      value: 14,
      limits: { center: 10, sigma: 1, ucl: 13, lcl: 7 },
      runId: 'run',
      runName: 'Wafer 7',
      openedAt: at,
      state: 'open',
    },
  ]);
});

test('consecutive signals of one rule on one side are one alert', () => {
  const { opened } = take(aChart({ rules: ['WE1'] }), [14, 15, 14, 10, 14, 5, 4]);
  expect(opened.map(({ side, firstIndex, lastIndex, signals }) => [side, firstIndex, lastIndex, signals])).toEqual([
    ['above', 0, 2, 3],
    ['above', 4, 4, 1],
    ['below', 5, 6, 2],
  ]);
});

test('each rule has its own alert', () => {
  const { opened } = take(aChart(), [...Array.from({ length: 8 }, () => 11), 14]);
  expect(opened.map(({ rule, firstIndex, signals }) => [rule, firstIndex, signals])).toEqual([
    ['WE4', 7, 2],
    ['WE1', 8, 1],
  ]);
});

test('only the chosen rules are judged', () => {
  expect(take(aChart({ rules: ['WE4'] }), [14]).opened).toEqual([]);
});

test('an alert goes on in the next batch', () => {
  const chart = aChart({ rules: ['WE1'] });
  const first = take(chart, [10, 14]);
  const second = take(after(chart, first), [14, 15, 10]);
  expect(second.opened).toEqual([]);
  expect(second.extended).toEqual([{ alertId: first.opened[0]?.id, signals: 2, lastIndex: 3, lastAt: at }]);
  expect(take(after(after(chart, first), second), [14]).opened).toHaveLength(1);
});

test('a baseline sets the limits when it is complete, and is not judged itself', () => {
  const chart = aChart({ limitSource: { from: 'baseline', points: 5 }, limits: null });
  const collecting = take(chart, [1, 2, 1]);
  expect(collecting).toMatchObject({ limits: null, ruleState: null, opened: [] });
  const complete = take(after(chart, collecting), [2, 50, 1, 1000], [1, 2, 1]);
  expect(complete.limits?.center).toBeCloseTo(11.2, 10);
  expect(complete.points.map(({ rules }) => rules)).toEqual([[], [], [], ['WE1']]);
});

test('however the points are cut into batches, verdicts and alerts are the same', () => {
  const values = Array.from({ length: 200 }, (_, i) => 10 + 2 * Math.sin(i / 5) + (i % 17 === 0 ? 3 : 0));
  const whole = take(aChart(), values);
  for (const size of [1, 3, 7, 64]) {
    let chart = aChart();
    const points = [];
    const seen = new Map<string, { first: number; signals: number }>();
    for (let from = 0; from < values.length; from += size) {
      const growth = take(chart, values.slice(from, from + size));
      points.push(...growth.points.map(({ index, rules }) => ({ index, rules })));
      for (const { id, firstIndex, signals } of growth.opened) seen.set(id, { first: firstIndex, signals });
      for (const { alertId, signals } of growth.extended) seen.get(alertId)!.signals += signals;
      chart = after(chart, growth);
    }
    expect(points).toEqual(whole.points.map(({ index, rules }) => ({ index, rules })));
    expect([...seen.values()]).toEqual(whole.opened.map(({ firstIndex, signals }) => ({ first: firstIndex, signals })));
  }
});
