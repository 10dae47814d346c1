import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aRun } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { NewRunForm } from './new-run.svelte.ts';
import { ResultForm } from './result-form.svelte.ts';
import { RunActions } from './run-actions.svelte.ts';
import { RunSettings } from './run-settings.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const project = { id: anId(100), name: 'Etching' };

test('samples and steps are typed one by one or pasted as lists, and each stands once', () => {
  const settings = new RunSettings();
  settings.addSamples('W-17');
  settings.addSamples('W-18, W-17\nW-19');
  settings.removeSample('W-18');
  settings.addSteps('Pump down\n\nMain etch\nVent');
  settings.moveStep('Vent', -1);
  settings.moveStep('Pump down', -1);
  expect([settings.samples, settings.steps]).toEqual([
    ['W-17', 'W-19'],
    ['Pump down', 'Vent', 'Main etch'],
  ]);
});

test('rows that are pasted fill the table from the row they are pasted into', () => {
  const settings = new RunSettings(
    aRun({
      parameters: [
        { name: 'Time', value: 60, unit: 's' },
        { name: 'Power', value: 1, unit: 'W' },
      ],
    }),
  );
  settings.addParameter();
  settings.pasteParameters('Power\t300\tW\nGas\tCF4', 2);
  expect(settings.settings.parameters).toEqual([
    { name: 'Time', value: 60, unit: 's' },
    { name: 'Power', value: 300, unit: 'W' },
    { name: 'Gas', value: 'CF4', unit: '' },
  ]);
});

test('a number that is none keeps the form from being sent; an empty row does not', () => {
  const settings = new RunSettings(aRun({ parameters: [{ name: 'Time', value: 60, unit: 's' }] }));
  settings.addParameter();
  expect(settings.ready).toBe(true);
  const [time] = settings.parameters;
  if (time) time.value = 'a minute';
  expect(settings.ready).toBe(false);
});

test('a clone takes everything over but results, and names where it comes from', async () => {
  const from = aRun({
    id: anId(5),
    instrumentId: anId(7),
    recipe: 'Oxide etch v3',
    samples: ['W-17'],
    parameters: [{ name: 'Power', value: 300, unit: 'W' }],
    steps: [{ name: 'Main etch', state: 'finished', startedAt: null, finishedAt: null }],
    state: 'completed',
  });
  const sent = answers({ 'POST /api/v1/runs': aRun({ id: anId(6) }) });
  const form = new NewRunForm({ project, from });
  expect((await form.submit())?.id).toBe(anId(6));
  expect(sent[0]?.body).toEqual({
    projectId: project.id,
    name: 'Etch 12',
    description: '',
    instrumentId: anId(7),
    recipe: 'Oxide etch v3',
    samples: ['W-17'],
    parameters: [{ name: 'Power', value: 300, unit: 'W' }],
    steps: ['Main etch'],
    clonedFrom: anId(5),
  });
});

test('a blocked run offers what the role and the cause allow', () => {
  const lockOut = {
    cause: 'expired',
    reason: 'RIE-1: the certificate expired.',
    calibrationId: null,
    alertId: null,
  } as const;
  const offered = (cause: 'expired' | 'down', who: { allowed: boolean; answers: boolean }) => {
    const run = aRun({ state: 'blocked', lockOut: { ...lockOut, cause } });
    const actions = new RunActions({ run: () => run, allowed: () => who.allowed, answers: () => who.answers });
    return [actions.mayUnblock, actions.mayOverride];
  };
  expect(offered('expired', { allowed: true, answers: true })).toEqual([true, true]);
  expect(offered('expired', { allowed: true, answers: false })).toEqual([true, false]);
  expect(offered('down', { allowed: true, answers: true })).toEqual([true, false]);
  expect(offered('expired', { allowed: false, answers: false })).toEqual([false, false]);
});

test('an override says why; where something else is in the way by now, the words of the server are shown', async () => {
  const way = `POST /api/v1/runs/${anId(1)}/override`;
  const sent = answers({ [way]: () => refusal('instrument.locked-out', { detail: 'RIE-1 is down.' }) });
  const run = aRun({
    state: 'blocked',
    lockOut: { cause: 'expired', reason: 'Expired.', calibrationId: null, alertId: null },
  });
  const actions = new RunActions({ run: () => run, allowed: () => true, answers: () => true });
  actions.reason = 'The drift is below 0.1 %';
  expect(await actions.override()).toBeNull();
  expect([sent[0]?.body, actions.submission.message]).toEqual([
    { reason: 'The drift is below 0.1 %' },
    'RIE-1 is down.',
  ]);
});

test('a result is sent with the tolerance that was typed, and without one where it is no number', async () => {
  const sent = answers({ [`POST /api/v1/runs/${anId(1)}/results`]: aRun() });
  const form = new ResultForm();
  form.row = { name: 'Depth', kind: 'number', value: '101.3', unit: 'nm' };
  form.lower = '90';
  expect(form.ready).toBe(true);
  await form.send(anId(1));
  form.row = { name: 'Clean', kind: 'yes-no', value: 'yes', unit: '' };
  await form.send(anId(1));
  expect(sent.map(({ body }) => body)).toEqual([
    { result: { name: 'Depth', value: 101.3, unit: 'nm', tolerance: { lower: 90, upper: null } } },
    { result: { name: 'Clean', value: true, unit: '', tolerance: null } },
  ]);
  form.upper = 'much';
  expect(form.ready).toBe(false);
});

test('the form says how the chosen instrument stands, and nothing of one that was chosen before', async () => {
  const lockOut = {
    cause: 'expired',
    reason: 'RIE-1: certificate C-7 expired on 2026-11-01.',
    calibrationId: anId(70),
  };
  const status = {
    instrumentName: 'RIE-1',
    calibrationRequired: true,
    calibration: null,
    held: null,
    dueAt: null,
    daysLeft: null,
  };
  const held = Promise.withResolvers<object>();
  answers({
    [`GET /api/v1/instruments/${anId(7)}/calibration/status`]: () => held.promise,
    [`GET /api/v1/instruments/${anId(8)}/calibration/status`]: () => refusal('service.unavailable'),
  });
  const form = new NewRunForm({ project });
  form.instrumentId = anId(7);
  const looked = form.look();
  held.resolve({ ...status, instrumentId: anId(7), standing: 'expired', lockOut });
  await looked;
  expect(form.standing?.lockOut?.reason).toBe(lockOut.reason);
  form.instrumentId = anId(8);
  await form.look();
  expect(form.standing).toBeNull();
});
