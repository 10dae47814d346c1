import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aCalibration } from '../../../test/calibration-records.ts';
import { anId } from '../../../test/records.ts';
import { dayHere } from './certificate-days.ts';
import { NewCertificate } from './new-certificate.svelte.ts';

const recording = `POST /api/v1/instruments/${anId(5)}/calibrations`;
const attaching = `POST /api/v1/calibrations/${anId(1)}/file`;
const pdf = new File(['%PDF-1.7'], 'scan.pdf', { type: 'application/pdf' });

function aForm() {
  const form = new NewCertificate(anId(5), '2026-11-03');
  Object.assign(form.draft, { number: 'C-1', issuer: 'Nordkal' });
  return form;
}

test('days become the first and the last moment of them here', async () => {
  const sent = answers({ [recording]: aCalibration() });
  const form = aForm();
  expect(form.draft).toMatchObject({ performed: '2026-11-03', from: '2026-11-03', until: '2027-11-03' });
  await form.submit();
  const body = Object(sent[0]?.body) as Record<string, unknown>;
  const moments = ['performedAt', 'validFrom', 'expiresAt'].map((name) => String(body[name]));
  const local = moments.map((at) => new Date(at));
  expect(moments.map((at) => dayHere(at))).toEqual(['2026-11-03', '2026-11-03', '2027-11-03']);
  expect(local.map((at) => [at.getHours(), at.getMilliseconds()])).toEqual([
    [0, 0],
    [0, 0],
    [23, 999],
  ]);
});

test('what the budget comes to is there while it is typed, with a comma or a point', () => {
  const { budget } = aForm();
  expect(budget.uncertainty).toBeNull();
  budget.add();
  expect(budget.uncertainty).toBeNull();
  Object.assign(budget.rows[0]!, { value: '0,6', divisor: '2', degreesOfFreedom: '' });
  expect(budget.uncertainty?.combined).toBeCloseTo(0.3, 12);
  budget.add();
  Object.assign(budget.rows[1]!, { value: '0.4', divisor: '1', degreesOfFreedom: '9' });
  expect(budget.uncertainty?.combined).toBeCloseTo(0.5, 12);
  expect(budget.contribution(budget.rows[1]!)).toBeCloseTo(0.4, 12);
  budget.remove(budget.rows[0]!.key);
  expect(budget.uncertainty).toMatchObject({ degreesOfFreedom: 9 });
});

test('a budget that is not whole is not sent, and each field says what is wrong with it', async () => {
  const sent = answers({});
  const form = aForm();
  form.budget.add();
  Object.assign(form.budget.rows[0]!, { value: 'much', degreesOfFreedom: 'few' });
  expect(await form.submit()).toBeNull();
  expect(sent).toEqual([]);
  expect(form.sending.fields?.map(({ pointer }) => pointer)).toEqual(
    ['source', 'value', 'degreesOfFreedom'].map((field) => `/budget/0/${field}`),
  );
});

test('a certificate whose file is not taken is recorded once; its file is sent again', async () => {
  let refused = true;
  const sent = answers({
    [recording]: aCalibration(),
    [attaching]: () =>
      refused ? refusal('input.invalid', { errors: [{ pointer: '/file', detail: 'No PDF.' }] }) : aCalibration(),
  });
  const form = aForm();
  form.file = pdf;
  expect(await form.submit()).toBeNull();
  expect([form.made?.id, form.sending.fields]).toEqual([anId(1), [{ pointer: '/file', detail: 'No PDF.' }]]);
  refused = false;
  expect(await form.submit()).not.toBeNull();
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    recording,
    `${attaching}?name=scan.pdf`,
    `${attaching}?name=scan.pdf`,
  ]);
});
