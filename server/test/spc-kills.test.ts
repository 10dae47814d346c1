import { expect, test } from 'vitest';
import { problemsOfRun, problemsOfSeries, problemsOfTold } from './kills/series-judge.ts';
import { spcUnderKills } from './kills/spc-under-kills.ts';

test('three kills under charts that grow: each point is stored once, judged and alerted as all at once', async () => {
  const { runs, outcomes, told, retries } = await spcUnderKills({ times: 3, seed: 3 });
  expect([
    ...runs.flatMap(problemsOfRun),
    ...outcomes.flatMap(problemsOfSeries),
    ...problemsOfTold(told, outcomes),
  ]).toEqual([]);
  // Otherwise nothing was put to the test.
  expect(retries).toBeGreaterThan(0);
  expect(outcomes.filter(({ alerts }) => alerts.length > 0).length).toBeGreaterThan(2);
}, 240_000);
