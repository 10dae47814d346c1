import { expect, test } from 'vitest';
import { duration, exactTime, quantity, relativeTime } from './format.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['2026-11-21T11:59:58Z', 'just now'],
  ['2026-11-21T12:00:03Z', 'just now'],
  ['2026-11-21T11:59:20Z', '40 sec. ago'],
  ['2026-11-21T11:00:01Z', '59 min. ago'],
  ['2026-11-21T03:00:00Z', '9 hr. ago'],
  ['2026-11-20T11:00:00Z', 'yesterday'],
  ['2027-02-19T12:00:00Z', '19 Feb 2027'],
])('%s is %s', (at, words) => {
  expect(relativeTime(at, now)).toBe(words);
});

test('the exact time has its zone', () => {
  expect(exactTime('2026-11-21T12:00:00Z')).toMatch(/21 Nov 2026.*(UTC|GMT|CE|[+-]\d)/);
});

test.each([
  [12_400, '12 s'],
  [200_000, '3 min 20 s'],
  [3_840_000, '1 h 04 min'],
  [90_000_000, '1 d 1 h'],
  [-5, '0 s'],
])('%d ms last %s', (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});

test('numbers carry their unit', () => {
  expect([quantity(1204.5, 'nm'), quantity(0.0012345678), quantity(3)]).toEqual(['1,204.5 nm', '0.00123457', '3']);
});
