import { expect, test } from 'vitest';
import { problemsOf } from './kills/judge.ts';
import { killsUnderIngest } from './kills/kills-under-ingest.ts';

test('[IN14] three kills under ingest: each event is stored, seen and shown once, in the order it was sent', async () => {
  const { outcomes, cuts, retries } = await killsUnderIngest({ times: 3, seed: 1 });
  expect(problemsOf(outcomes)).toEqual([]);
  // Otherwise nothing was put to the test.
  expect(Math.min(cuts, retries)).toBeGreaterThan(0);
}, 240_000);
