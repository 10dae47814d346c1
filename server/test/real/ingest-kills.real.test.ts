import { expect, test } from 'vitest';
import { problemsOf } from '../kills/judge.ts';
import { killsUnderIngest } from '../kills/kills-under-ingest.ts';

const times = 50;
const seed = Number(process.env['KILLS_SEED'] ?? 20_261_121);

test('[IN14] fifty kills under ingest: each event is stored, seen and shown once, in the order it was sent', async () => {
  const { outcomes, cuts, retries } = await killsUnderIngest({ times, seed });
  const gaps = outcomes.flatMap(({ tool, stored }) => stored.filter(({ kind }) => kind === 'gap').map(() => tool));
  const events = outcomes.reduce((sum, { stored }) => sum + stored.length, 0);
  process.stdout.write(
    `${times} kills: ${events} events, ${retries} batches sent again, ${cuts} cuts of the watcher, gaps said: ${gaps.join(', ') || 'none'}\n`,
  );
  expect(problemsOf(outcomes)).toEqual([]);
  expect(Math.min(2 * cuts, retries)).toBeGreaterThan(times);
}, 1_800_000);
