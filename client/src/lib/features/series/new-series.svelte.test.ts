import { NewSeries } from '@cobench/shared/series/series';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { aLogLine, aPoint, anInstrument, aRun, aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { NewSeriesForm } from './new-series.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

function filledIn(): NewSeriesForm {
  const form = new NewSeriesForm(() => anId(100));
  form.name = 'Etch pressure';
  form.source.quantity = 'Pressure';
  return form;
}

/** What the server understood. */
async function created(form: NewSeriesForm) {
  const sent = answers({ 'POST /api/v1/series': aSeries() });
  await form.submit();
  return NewSeries.parse(sent[0]?.body);
}

test('metrics that the newest runs reported are suggested, each once; they bring their unit and name the chart', async () => {
  answers({
    'GET /api/v1/instruments': pageOf([anInstrument()]),
    'GET /api/v1/runs': pageOf([aRun({ lastSeq: 500 })]),
    [`GET /api/v1/runs/${anId(1)}/events`]: {
      items: [aPoint(1, 2), aLogLine(2), aPoint(3, 4), aPoint(4, 5, 'Flow')],
      lastSeq: 4,
    },
  });
  const form = new NewSeriesForm(() => anId(100));
  await form.loadChoices();
  form.source.quantity = 'Pressure';
  form.quantityChosen();
  expect([form.source.seen.map(({ name }) => name), form.unit, form.name]).toEqual([
    ['Flow', 'Pressure'],
    'mTorr',
    'Pressure',
  ]);
  expect([form.source.runs.length, form.source.instruments.options.map(({ label }) => label)]).toEqual([
    2,
    ['Any instrument', 'RIE-2'],
  ]);
});

test('the common case needs a metric and a name', async () => {
  const form = filledIn();
  expect(form.ready).toBe(true);
  expect(await created(form)).toMatchObject({
    projectId: anId(100),
    source: { from: 'metric', metric: 'Pressure', instrumentId: null, runId: null },
    subgrouping: { by: 'each' },
    chart: { kind: 'i', sigmaMethod: null, nsigmas: 3, mrSpan: 2 },
    limits: { from: 'baseline', points: 20 },
    rules: [{ id: 'WE1' }, { id: 'WE4' }],
    specification: { lsl: null, usl: null, target: null },
  });
});

test('it is ready once limits are known or can be found, and a rule is chosen', () => {
  const form = filledIn();
  form.limitsFrom = 'given';
  expect(form.ready).toBe(false);
  form.center = 10;
  form.sigma = 0.5;
  expect([form.ready, form.limitSource]).toEqual([true, { from: 'given', center: 10, sigma: 0.5 }]);
  for (const { key, on } of form.rules.offered) if (on) form.rules.toggle(key);
  expect(form.ready).toBe(false);
});

test('only charts that make sense for the subgroups are offered, and another is taken where the chosen one does not', () => {
  const { chart } = filledIn();
  const offered = () => chart.kinds.map(({ value }) => value);
  expect(offered()).toEqual(['i', 'mr', 'ewma', 'cusum', 'p', 'np', 'c', 'u', 'laney-p', 'laney-u', 't', 'g']);
  chart.by = 'run';
  const ofSubgroups = ['xbar', 'r', 's', 'median', 'ewma', 'cusum'];
  expect([offered(), chart.kind]).toEqual([[...ofSubgroups, 'p', 'u', 'laney-p', 'laney-u'], 'xbar']);
  chart.by = 'count';
  expect(offered()).toEqual([...ofSubgroups, 'p', 'np', 'c', 'u', 'laney-p', 'laney-u']);
  chart.choose('ewma');
  chart.by = 'each';
  expect(chart.kind).toBe('ewma');
});

test('points that are brought fit every chart, and are not put together again', async () => {
  const form = filledIn();
  form.chart.by = 'count';
  form.source.from = 'points';
  form.chart.choose('xbar');
  form.chart.chooseSigma('RMSDF');
  expect(form.chart.kinds).toHaveLength(16);
  expect(await created(form)).toMatchObject({
    source: { from: 'points', instrumentId: null },
    subgrouping: { by: 'each' },
    chart: { kind: 'xbar', sigmaMethod: 'RMSDF' },
  });
});

test('counts of runs need what they are out of; those that are brought say it themselves', () => {
  const form = filledIn();
  form.chart.choose('p');
  expect([form.ready, form.chart.needsSize]).toEqual([false, true]);
  form.chart.sampleSize = 50;
  expect(form.ready).toBe(true);
  form.chart.sampleSize = null;
  form.source.from = 'points';
  expect([form.ready, form.chart.needsSize, form.chart.asksSize]).toEqual([true, false, true]);
});

test('a way of estimating sigma that does not fit is not kept', async () => {
  const form = filledIn();
  form.chart.by = 'count';
  form.chart.chooseSigma('MVLUE-R');
  form.chart.by = 'each';
  expect((await created(form)).chart).toMatchObject({ kind: 'i', sigmaMethod: null });
});

test('a CUSUM chart has numbers and a rule of its own', async () => {
  const form = filledIn();
  form.chart.by = 'time';
  form.chart.span = 30;
  form.chart.spanUnit = 'minutes';
  form.chart.choose('cusum');
  form.chart.headStart = 2.5;
  expect(form.rules.rules.map(({ id }) => id)).toEqual(['WE1']);
  expect(await created(form)).toMatchObject({
    subgrouping: { by: 'time', seconds: 1800 },
    chart: { kind: 'cusum', decisionInterval: 5, shift: 1, headStart: 2.5 },
    rules: [{ id: 'WE1' }],
  });
  const wrong = form.rules.offered.find(({ rule }) => rule.id === 'WE2');
  form.rules.toggle(wrong?.key ?? -1);
  expect([form.ready, form.unfit]).toEqual([
    false,
    'On a CUSUM chart only one point beyond its limit means something: WE2 does not.',
  ]);
});

test('a refused field is told, and opens its part of the form', async () => {
  const form = filledIn();
  const errors = [{ pointer: '/limits/points', detail: 'At least 2 points.' }];
  answers({ 'POST /api/v1/series': () => refusal('input.invalid', { errors }) });
  expect(await form.submit()).toBeNull();
  expect([form.submission.fields, form.refused('limits'), form.refused('chart')]).toEqual([errors, true, false]);
});
