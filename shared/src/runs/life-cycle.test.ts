import { expect, test } from 'vitest';
import { hasEnded, legalTransitions, mayBecome, runStates, waysOn } from './life-cycle.ts';

test('only completed, failed and cancelled are the end', () => {
  expect(runStates.filter(hasEnded)).toEqual(['completed', 'failed', 'cancelled']);
});

test('every state that is not the end can be cancelled', () => {
  const open = runStates.filter((state) => !hasEnded(state));
  expect(open.every((state) => mayBecome(state, 'cancelled'))).toBe(true);
});

test('a blocked run cannot start; it is queued again first', () => {
  expect(mayBecome('blocked', 'running')).toBe(false);
  expect(mayBecome('blocked', 'queued')).toBe(true);
});

test('no state leads to itself', () => {
  expect(runStates.some((state) => legalTransitions(state).includes(state))).toBe(false);
});

test('the ways on are told in words', () => {
  expect(waysOn('pending')).toBe('The run is pending; it can become running or cancelled.');
  expect(waysOn('running')).toBe('The run is running; it can become completed, failed or cancelled.');
  expect(waysOn('failed')).toBe('The run is failed, which is final.');
});
