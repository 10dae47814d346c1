import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { aLogLine, aPoint, aRun, aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { NewSeriesForm } from './new-series.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

function filledIn(): NewSeriesForm {
  const form = new NewSeriesForm(() => anId(100));
  form.name = 'Etch pressure';
  form.metric = 'Pressure';
  return form;
}

test('metrics that the newest runs reported are suggested, each once, and bring their unit', async () => {
  answers({
    'GET /api/v1/instruments': pageOf([]),
    'GET /api/v1/runs': pageOf([aRun({ lastSeq: 500 })]),
    [`GET /api/v1/runs/${anId(1)}/events`]: {
      items: [aPoint(1, 2), aLogLine(2), aPoint(3, 4), aPoint(4, 5, 'Flow')],
      lastSeq: 4,
    },
  });
  const form = filledIn();
  await form.loadChoices();
  form.metricChosen();
  expect([form.seen.map(({ name }) => name), form.unit]).toEqual([['Flow', 'Pressure'], 'mTorr']);
});

test('it is ready once limits are known or can be found, and a rule is chosen', () => {
  const form = filledIn();
  expect([form.ready, form.limitSource]).toEqual([true, { from: 'baseline', points: 20 }]);
  form.limitsFrom = 'given';
  expect(form.ready).toBe(false);
  form.center = 10;
  form.sigma = 0.5;
  expect([form.ready, form.limitSource]).toEqual([true, { from: 'given', center: 10, sigma: 0.5 }]);
  for (const rule of form.rules) form.toggle(rule);
  expect(form.ready).toBe(false);
});

test('rules keep their order however they are chosen', () => {
  const form = filledIn();
  form.toggle('WE1');
  form.toggle('WE3');
  form.toggle('WE1');
  expect(form.rules).toEqual(['WE1', 'WE2', 'WE4']);
});

test('what was filled in is sent; a refused field is told', async () => {
  const form = filledIn();
  const sent = answers({ 'POST /api/v1/series': aSeries() });
  expect((await form.submit())?.id).toBe(anId(20));
  expect(sent[0]?.body).toMatchObject({ projectId: anId(100), instrumentId: null, metric: 'Pressure' });
  const errors = [{ pointer: '/name', detail: 'That name is already in use.' }];
  answers({ 'POST /api/v1/series': () => refusal('input.invalid', { errors }) });
  expect(await form.submit()).toBeNull();
  expect(form.submission.fields).toEqual(errors);
});
