import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { aBooking } from '../../../test/lab-records.ts';
import { anId, aProject } from '../../../test/records.ts';
import { BookingEdit } from './booking-edit.svelte.ts';
import { BookingForm } from './booking-form.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const zone = 'Europe/Berlin';
const times = { from: new Date('2026-11-24T09:00:00.000Z'), to: new Date('2026-11-24T11:00:00.000Z') };
const aForm = (projectId: string | null = null) =>
  new BookingForm({ instrumentId: anId(40), zone, ...times, projectId });

test('it shows the times of the zone, and sends them as instants with the zone that was meant', async () => {
  const sent = answers({ 'POST /api/v1/bookings': { items: [aBooking()] } });
  const form = aForm();
  expect([form.from, form.to, form.ready]).toEqual(['2026-11-24T10:00', '2026-11-24T12:00', false]);
  form.title = 'Etch';
  form.to = '2026-11-24T12:30';
  expect(form.ready).toBe(true);
  expect(await form.submit()).toEqual([aBooking()]);
  expect(sent[0]?.body).toEqual({
    instrumentId: anId(40),
    title: 'Etch',
    projectId: null,
    from: '2026-11-24T09:00:00.000Z',
    to: '2026-11-24T11:30:00.000Z',
    timeZone: zone,
    recurrence: null,
  });
});

test('a series says how many there will be and when the last one is, before it is booked', () => {
  const form = aForm();
  form.title = 'Etch';
  form.repeat = 'weekly';
  form.toggle(4);
  form.count = 4;
  expect(form.summary).toMatchObject({ possible: true, words: '4 times, the last Thu 3 Dec, 10:00–12:00.' });
  form.ends = 'until';
  form.until = '2026-11-26';
  expect(form.summary.words).toBe('2 times, the last Thu 26 Nov, 10:00–12:00.');
  form.toggle(4);
  expect(form.summary.words).toBe('Once: Tue 24 Nov, 10:00–12:00.');
});

test('a series that cannot be says why, and is not sent', () => {
  const form = aForm();
  form.title = 'Etch';
  form.repeat = 'daily';
  form.ends = 'until';
  form.until = '2026-11-01';
  expect([form.summary.words, form.ready]).toEqual(['It ends before it begins.', false]);
  form.until = '';
  expect(form.summary.possible).toBe(false);
  form.ends = 'count';
  form.count = 201;
  expect(form.summary.words).toBe('At most 200 times.');
  form.count = 3;
  form.to = '2026-11-25T11:00';
  expect(form.summary.words).toBe('It lasts until the next one of the series has begun.');
});

test('it is told apart whether the last one ends before the calibration does', () => {
  const form = aForm();
  const beyond = (instant: string) => form.reachesBeyond(instant);
  expect([beyond('2026-11-24T11:00:00.000Z'), beyond('2026-11-24T10:59:00.000Z')]).toEqual([false, true]);
  form.repeat = 'weekly';
  expect([beyond('2026-12-22T10:59:00.000Z'), beyond('2026-12-22T11:00:00.000Z')]).toEqual([true, false]);
});

test('a time that is taken is told in the words of the server, and what was typed stays', async () => {
  const detail = 'Max has “RIE-2” for “Lot 3” from 24 Nov 2026, 10:00 to 11:00 (Europe/Berlin).';
  answers({ 'POST /api/v1/bookings': () => refusal('booking.taken', { detail }) });
  const form = aForm();
  form.title = 'Etch';
  expect(await form.submit()).toBe(null);
  expect([form.sending.whole, form.title]).toEqual([detail, 'Etch']);
});

test('the project one works in is chosen, where it is there', async () => {
  answers({ 'GET /api/v1/projects': pageOf([aProject()]) });
  const [ours, gone] = [aForm(anId(1)), aForm(anId(2))];
  await Promise.all([ours.loadProjects(), gone.loadProjects()]);
  expect([ours.projectId, gone.projectId]).toEqual([anId(1), '']);
});

test('an edit sends only the times that were changed, and for which of the series', async () => {
  const way = `PATCH /api/v1/bookings/${anId(60)}`;
  const sent = answers({ [way]: { items: [aBooking()] } });
  const edit = new BookingEdit(aBooking({ seriesId: anId(70), from: '2026-11-24T09:00:30.000Z' }), zone);
  edit.to = '2026-11-24T13:00';
  edit.which = 'following';
  expect(await edit.save()).toBe(true);
  expect(sent[0]?.body).toEqual({
    version: 0,
    which: 'following',
    title: 'Etch lot 12',
    to: '2026-11-24T12:00:00.000Z',
  });
});
