import { afterEach, expect, test, vi } from 'vitest';
import { now, setClock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
  setClock(new Date().toUTCString());
});

test('a computer whose clock is wrong shows times by the clock of the server', () => {
  vi.useFakeTimers({ now: new Date('2026-11-21T10:00:00Z') });
  setClock('Sat, 21 Nov 2026 10:05:00 GMT');
  expect(now()).toBe(Date.parse('2026-11-21T10:05:00Z'));
});

test('a difference within the precision of the header is none', () => {
  vi.useFakeTimers({ now: new Date('2026-11-21T10:00:02.500Z') });
  setClock('Sat, 21 Nov 2026 10:00:01 GMT');
  expect(now()).toBe(Date.now());
});

test('an answer without a readable date changes nothing', () => {
  vi.useFakeTimers({ now: new Date('2026-11-21T10:00:00Z') });
  setClock('Sat, 21 Nov 2026 09:00:00 GMT');
  setClock(null);
  setClock('yesterday');
  expect(now()).toBe(Date.parse('2026-11-21T09:00:00Z'));
});
