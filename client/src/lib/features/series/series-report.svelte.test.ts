import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { aSeries, anAlert } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { SeriesReport } from './series-report.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const id = anId(20);
/** One point every six hours from the first of November on, at local time. */
const stored = Array.from({ length: 2500 }, (_, index) => ({
  index,
  at: new Date(new Date('2026-11-01T00:00:00').getTime() + index * 6 * 3_600_000).toISOString(),
  items: [10],
  size: null,
  value: 10,
  center: 10,
  sigma: 1,
  ucl: 13,
  lcl: 7,
  rules: index === 9 ? ['WE1'] : [],
  excluded: index === 10 ? { byName: 'Ada', at: '2026-11-05T00:00:00.000Z', reason: 'Pump' } : null,
  runId: null,
  label: '',
}));
const withdrawn = { limitsVersion: 2, at: '2026-11-05T00:00:00.000Z', byName: 'Ada' };
const alerts = [
  anAlert({ id: anId(33), firstIndex: 900, lastIndex: 900 }),
  anAlert({ id: anId(32), firstIndex: 9, lastIndex: 12 }),
  anAlert({ id: anId(31), firstIndex: 10, lastIndex: 10, withdrawn }),
  anAlert({ id: anId(30), firstIndex: 2, lastIndex: 8 }),
];

function served() {
  return answers({
    [`GET /api/v1/series/${id}`]: aSeries({ id }),
    [`GET /api/v1/series/${id}/limits`]: pageOf([]),
    [`GET /api/v1/series/${id}/points`]: ({ url }: { url: string }) => {
      const query = new URL(url, 'http://lab.test').searchParams;
      const before = Number(query.get('before') ?? stored.length);
      return { items: stored.slice(Math.max(0, before - Number(query.get('limit'))), before) };
    },
    'GET /api/v1/alerts': pageOf(alerts),
  });
}

test('a report is about the days that are asked for, and the alarms that reach into them', async () => {
  served();
  const report = new SeriesReport();
  await report.load(id, { from: '2026-11-03', to: '2026-11-04' });
  expect(report.stored.map(({ index }) => index)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  expect(report.alerts.map((alert) => alert.firstIndex)).toEqual([2, 9]);
  expect([report.signals, report.excluded.map(({ index }) => index)]).toEqual([1, [10]]);
});

test('without days it is about the newest thousand points', async () => {
  const sent = served();
  const report = new SeriesReport();
  await report.load(id, { from: null, to: null });
  expect([report.points.length, report.points[0]?.index]).toEqual([1000, 1500]);
  expect(sent.filter(({ url }) => url.includes('/points'))).toHaveLength(1);
});

test('a chart that is not there is told', async () => {
  answers({
    [`GET /api/v1/series/${id}`]: () => refusal('resource.missing'),
    [`GET /api/v1/series/${id}/limits`]: () => refusal('resource.missing'),
    [`GET /api/v1/series/${id}/points`]: () => refusal('resource.missing'),
  });
  const report = new SeriesReport();
  await report.load(id, { from: null, to: null });
  expect([report.state, report.missing]).toEqual(['failed', true]);
});
