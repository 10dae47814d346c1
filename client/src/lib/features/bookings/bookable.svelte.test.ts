import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aBooking, anInstrument } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { Bookable } from './bookable.svelte.ts';
import { MyBookings } from './my-bookings.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const dueAt = '2026-12-01T00:00:00.000Z';
const status = (over: object = {}) => ({
  instrumentId: anId(40),
  instrumentName: 'RIE-2',
  calibrationRequired: true,
  standing: 'valid',
  lockOut: null,
  calibration: null,
  dueAt,
  daysLeft: 10,
  held: null,
  ...over,
});
const way = `GET /api/v1/instruments/${anId(40)}/calibration/status`;
const locked = status({ lockOut: { cause: 'expired', reason: 'It expired.', calibrationId: null } });

test('it is asked whether a tool can be booked, again when it or its calibration changes, and of no other', async () => {
  let answer = status();
  const sent = answers({ [way]: () => answer });
  const live = new FakeLive();
  const bookable = new Bookable(anId(40));
  const leave = bookable.follow(live);
  await expect.poll(() => bookable.coveredUntil).toBe(dueAt);
  expect(bookable.reason).toBe(null);
  live.say('calibration.changed', { instrumentId: anId(41) });
  expect(sent).toHaveLength(1);
  answer = locked;
  live.say('calibration.changed', { instrumentId: anId(40) });
  await expect.poll(() => bookable.reason).toBe('It expired.');
  answer = status({ calibrationRequired: false, dueAt: null });
  live.say('instrument.changed', anInstrument());
  await expect.poll(() => bookable.reason).toBe(null);
  expect(bookable.coveredUntil).toBe(null);
  leave();
  expect(live.listeners).toBe(0);
});

test('what cannot be asked is in nobody’s way', async () => {
  const sent = answers({ [way]: () => refusal('service.unavailable') });
  const bookable = new Bookable(anId(40));
  bookable.follow(new FakeLive());
  await expect.poll(() => sent.length).toBe(1);
  expect([bookable.reason, bookable.coveredUntil]).toEqual([null, null]);
});

test('one’s own bookings are read again when a calendar changes', async () => {
  let items = [aBooking()];
  const sent = answers({ 'GET /api/v1/bookings': () => pageOf(items) });
  const live = new FakeLive();
  const mine = new MyBookings();
  mine.follow(live);
  await expect.poll(() => mine.pages.items).toEqual(items);
  expect(sent[0]?.url).toContain('by=me');
  items = [];
  live.say('booking.changed', { instrumentId: anId(40), from: dueAt, to: dueAt });
  await expect.poll(() => mine.pages.items).toEqual([]);
});
