import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal, type Sent } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aBooking } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { WeekCalendar } from './week-calendar.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const now = new Date('2026-11-25T10:00:00.000Z');
const opened = (answer: unknown = pageOf([aBooking()])) => {
  const sent = answers({ 'GET /api/v1/bookings': answer });
  const live = new FakeLive();
  const calendar = new WeekCalendar({ instrumentId: anId(40), zone: 'UTC', now, live });
  const leave = calendar.follow();
  return { calendar, live, sent, leave };
};
const asked = (sent: Sent[]) => sent.map(({ url }) => new URL(url, 'http://lab.test').searchParams.get('from'));

test('this week is fetched, and another one when one goes there', async () => {
  const { calendar, sent } = opened();
  await expect.poll(() => calendar.state).toBe('ready');
  expect(calendar.bookings).toEqual([aBooking()]);
  calendar.go('after', now);
  await expect.poll(() => calendar.state).toBe('ready');
  calendar.go('today', now);
  expect(asked(sent)).toEqual(['2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z', '2026-11-23T00:00:00.000Z']);
});

test('all pages of a week are read', async () => {
  const second = aBooking({ id: anId(61) });
  const { calendar } = opened(({ url }: Sent) =>
    url.includes('cursor=more') ? pageOf([second]) : pageOf([aBooking()], 'more'),
  );
  await expect.poll(() => calendar.bookings).toEqual([aBooking(), second]);
});

test('a change is asked for again where it is of this tool and this week, and nothing else is', async () => {
  const { calendar, live, sent, leave } = opened();
  await expect.poll(() => calendar.state).toBe('ready');
  const change = { instrumentId: anId(40), from: '2026-11-24T00:00:00.000Z', to: '2026-12-24T00:00:00.000Z' };
  live.say('booking.changed', { ...change, instrumentId: anId(41) });
  live.say('booking.changed', { ...change, from: '2026-11-30T00:00:00.000Z' });
  expect(sent).toHaveLength(1);
  live.say('booking.changed', change);
  live.reconnect();
  expect(sent).toHaveLength(3);
  leave();
  expect(live.listeners).toBe(0);
});

test('an answer that was overtaken by going to another week is dropped', async () => {
  let release = (_answer: unknown): void => {};
  const slow = new Promise((resolve) => (release = resolve));
  let first = true;
  const { calendar } = opened(() => {
    const answer = first ? slow : pageOf([aBooking({ title: 'Next week' })]);
    first = false;
    return answer;
  });
  calendar.go('after', now);
  await expect.poll(() => calendar.bookings.map(({ title }) => title)).toEqual(['Next week']);
  release(pageOf([aBooking({ title: 'This week' })]));
  await slow;
  await Promise.resolve();
  expect(calendar.bookings.map(({ title }) => title)).toEqual(['Next week']);
});

test('what cannot be fetched is said; what was there before stays', async () => {
  let fails = false;
  const { calendar } = opened(() => (fails ? refusal('service.unavailable') : pageOf([aBooking()])));
  await expect.poll(() => calendar.state).toBe('ready');
  fails = true;
  await calendar.load();
  expect([calendar.state, calendar.problem?.type, calendar.bookings.length]).toEqual([
    'ready',
    'service.unavailable',
    1,
  ]);
});
