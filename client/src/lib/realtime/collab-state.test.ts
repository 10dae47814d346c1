import { closeCode } from '@cobench/shared/realtime/collab';
import { expect, test } from 'vitest';
import { closeReason, isFinal, reconnectDelay } from './collab-state.ts';

test('the wait doubles up to ten seconds, and tabs spread over the second half of it', () => {
  expect([0, 1, 2, 9].map((failures) => reconnectDelay(failures, 0))).toEqual([200, 400, 800, 10_000]);
  expect([0, 1, 2, 9].map((failures) => reconnectDelay(failures, 0.5))).toEqual([150, 300, 600, 7500]);
});

test('what the server refuses for good is not tried again', () => {
  const final = Object.values(closeCode).filter(isFinal);
  expect(final.map(closeReason).toSorted()).toEqual(
    ['flooded', 'missing', 'not-allowed', 'outdated', 'refused', 'refused', 'signed-out', 'too-big'].toSorted(),
  );
  expect([1006, closeCode.restarting, closeCode.loadFailed, closeCode.tooSlow].some(isFinal)).toBe(false);
});
