import { expect, test } from 'vitest';
import { chartTimeOf } from './chart-time.ts';

const at = '2026-11-21T12:00:00.000Z';

test.each([
  [null, at],
  ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'],
  ['2026-11-21T12:04:59.999Z', '2026-11-21T12:04:59.999Z'],
  ['2026-11-21T12:05:00.001Z', '2026-11-21T12:05:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '2026-11-21T12:05:00.000Z'],
])('a point measured at %s and stored at noon is charted at %s', (observedAt, charted) => {
  expect(new Date(chartTimeOf({ at, observedAt })).toISOString()).toBe(charted);
});
