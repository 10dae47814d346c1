import { expect, test } from 'vitest';
import { problemsOfRun, problemsOfSeries, problemsOfTold } from '../kills/series-judge.ts';
import { spcUnderKills } from '../kills/spc-under-kills.ts';

const times = Number(process.env['KILLS'] ?? 15);
const seed = Number(process.env['KILLS_SEED'] ?? 20_261_122);

test('many kills under charts that grow: each point is stored once, judged and alerted as all at once', async () => {
  const { runs, outcomes, told, retries } = await spcUnderKills({ times, seed });
  const total = (count: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  process.stdout.write(
    `${times} kills: ${outcomes.length} charts, ${total(({ points }) => points.length)} points, ` +
      `${total(({ alerts }) => alerts.length)} alerts, ${retries} times sent again\n`,
  );
  expect([
    ...runs.flatMap(problemsOfRun),
    ...outcomes.flatMap(problemsOfSeries),
    ...problemsOfTold(told, outcomes),
  ]).toEqual([]);
  expect(retries).toBeGreaterThan(times / 2);
}, 1_800_000);
