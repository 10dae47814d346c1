import { expect, test } from 'vitest';
import { hasEnded, legalTransitions, mayBecome, runStates } from './life-cycle.ts';

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
