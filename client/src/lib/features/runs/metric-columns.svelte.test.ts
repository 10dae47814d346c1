import type { MetricEvent } from '@cobench/shared/runs/run-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { anId } from '../../../test/records.ts';
import { MetricColumns } from './metric-columns.svelte.ts';
import { RunTelemetry } from './telemetry.svelte.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const start = Date.parse('2026-11-21T10:00:00.000Z');
const instant = (second: number) => new Date(start + second * 1000).toISOString();
const everything = { from: null, to: null, keep: null };
const point = (seq: number, second: number, value = second): MetricEvent => ({
  kind: 'metric',
  name: 'Pressure',
  unit: 'mTorr',
  value,
  seq,
  at: instant(second),
  observedAt: null,
});
const answer = (seconds: readonly number[], lastSeq: number, more: object = {}) => ({
  metric: 'Pressure',
  unit: 'mTorr',
  from: instant(0),
  to: instant(99),
  width: 1,
  exact: true,
  columns: seconds.map((at) => ({ at: instant(at), min: at, max: at, mean: at, count: 1 })),
  lastSeq,
  ...more,
});
const way = `GET /api/v1/runs/${anId(1)}/telemetry/columns`;
const seconds = (columns: MetricColumns) => columns.shown.columns.map(({ at }) => (at - start) / 1000);
const spanOf = ({ url }: { url: string }) => {
  const query = new URL(url, 'http://lab.test').searchParams;
  return [query.get('from'), query.get('to')];
};

test('what is measured while an answer is under way is there once, whether the answer holds it or not', async () => {
  const held = Promise.withResolvers<object>();
  answers({ [way]: () => held.promise });
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want(everything);
  columns.append([point(3, 3), point(4, 4)]);
  held.resolve(answer([1, 2, 3], 3));
  await expect.poll(() => columns.loading).toBe(false);
  columns.append([point(5, 5)]);
  expect(seconds(columns)).toEqual([1, 2, 3, 4, 5]);
});

test('a view that moves asks once it stands still, and gives up what it asked before', async () => {
  const sent = answers({ [way]: () => answer([1], 1) });
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want(everything);
  await expect.poll(() => columns.loading).toBe(false);
  for (const to of [50, 40, 30]) columns.want({ from: start, to: start + to * 1000, keep: null });
  expect(sent.length).toBe(1);
  vi.runAllTimers();
  await expect.poll(() => columns.loading).toBe(false);
  expect(sent.slice(1).map(spanOf)).toEqual([[instant(0), instant(30)]]);
});

test('of two answers the one that was asked for last is shown, in whatever order they come', async () => {
  const first = Promise.withResolvers<object>();
  const ways = { [way]: () => first.promise };
  answers(ways);
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want(everything);
  answers({ [way]: () => answer([7], 7) });
  columns.want({ from: start, to: start + 9000, keep: null });
  await expect.poll(() => seconds(columns)).toEqual([7]);
  first.resolve(answer([1], 1));
  await first.promise;
  expect([seconds(columns), columns.problem]).toEqual([[7], null]);
});

test('a part of the past stays as it is while new points come', async () => {
  answers({ [way]: () => answer([1, 2], 2) });
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want({ from: start, to: start + 3000, keep: null });
  await expect.poll(() => columns.loading).toBe(false);
  columns.append([point(3, 3), point(4, 4)]);
  expect(seconds(columns)).toEqual([1, 2, 3]);
});

test('who follows a window keeps it, not all that ever passed through it', async () => {
  answers({ [way]: () => answer([1], 1) });
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want({ from: start, to: null, keep: 10_000 });
  await expect.poll(() => columns.loading).toBe(false);
  for (let at = 2; at <= 100; at++) columns.append([point(at, at)]);
  expect([seconds(columns).at(-1), columns.shown.columns.length <= 31, columns.shown.width]).toEqual([100, true, 0]);
});

test('an answer that fails is told, and what was shown stays', async () => {
  answers({ [way]: () => answer([1], 1) });
  const columns = new MetricColumns(anId(1), 'Pressure');
  columns.want(everything);
  await expect.poll(() => columns.loading).toBe(false);
  answers({ [way]: () => refusal('service.unavailable', { detail: 'The store rests.' }) });
  await columns.fetch();
  expect([columns.problem, seconds(columns), columns.loading]).toEqual(['The store rests.', [1], false]);
});

test('metrics are summed up as they grow, a new one when it is first measured, a late point at its own time', () => {
  const telemetry = new RunTelemetry(anId(1));
  telemetry.open([
    { name: 'Pressure', unit: 'mTorr', count: 2, firstAt: instant(10), lastAt: instant(20), lastValue: 5 },
  ]);
  telemetry.append([point(3, 15, 1), point(4, 30, 6), { ...point(5, 5, 9), name: 'Flow', unit: 'sccm' }]);
  expect(telemetry.metrics).toEqual([
    { name: 'Pressure', unit: 'mTorr', count: 4, firstAt: instant(10), lastAt: instant(30), lastValue: 6 },
    { name: 'Flow', unit: 'sccm', count: 1, firstAt: instant(5), lastAt: instant(5), lastValue: 9 },
  ]);
  expect(telemetry.full).toEqual({ min: start + 5000, max: start + 30_000 });
});

test('zooming ends following, and following again wants the newest', () => {
  const telemetry = new RunTelemetry(anId(1));
  telemetry.open([
    { name: 'Pressure', unit: 'mTorr', count: 2, firstAt: instant(0), lastAt: instant(100), lastValue: 5 },
  ]);
  const newest = () => telemetry.full.max;
  expect(telemetry.wanted(newest)).toEqual(everything);
  telemetry.zoom.choose({ min: start + 1000, max: start + 2000 });
  telemetry.append([point(3, 200)]);
  expect(telemetry.wanted(newest)).toEqual({ from: start + 1000, to: start + 2000, keep: null });
  telemetry.follow('1min');
  expect(telemetry.wanted(newest)).toEqual({ from: start + 140_000, to: null, keep: 60_000 });
});

test('one metric is always drawn', () => {
  const telemetry = new RunTelemetry(anId(1));
  const metric = { unit: '', count: 1, firstAt: instant(0), lastAt: instant(1), lastValue: 1 };
  telemetry.open([
    { ...metric, name: 'Flow' },
    { ...metric, name: 'Pressure' },
  ]);
  const shown = () => telemetry.shown.map(({ name }) => name);
  expect(shown()).toEqual(['Flow']);
  telemetry.toggle('Pressure');
  expect(shown()).toEqual(['Flow', 'Pressure']);
  telemetry.toggle('Flow');
  telemetry.toggle('Pressure');
  expect(shown()).toEqual(['Pressure']);
});
