import type { IngestClient } from '@cobench/shared/ingest/client';
import type { Noise } from './noise.ts';
import type { Metric, ToolProfile } from './tools.ts';

type Circumstances = {
  random: Noise;
  /** Resolves so many seconds of the tool's time later. */
  wait: (seconds: number) => Promise<void>;
  isStopped: () => boolean;
};

/** About how often (seconds) the first metric leaves its window once. */
const excursionEvery = 40;
/** By how many sigmas: beyond every control limit. */
const excursion = 4.6;

/**
 * One tool works through one run: steps, measurements, progress and lines of its log, now and then an excursion, and a
 * result at the end. It goes on with a run that is running already. @throws IngestRefused where the run takes nothing more
 */
export async function simulate(
  run: IngestClient,
  profile: ToolProfile,
  { random, wait, isStopped }: Circumstances,
): Promise<void> {
  const { seconds, pointsPerSecond, steps } = profile.live ?? { seconds: 300, pointsPerSecond: 1, steps: [] };
  const ticks = Math.round(seconds * pointsPerSecond);
  const every = (period: number, tick: number): boolean =>
    tick % Math.max(1, Math.round(period * pointsPerSecond)) === 0;
  if (await run.isRunning()) await run.log('info', `${profile.instrument} is back`);
  else {
    await run.start();
    await run.log('info', `Recipe loaded on ${profile.instrument}`);
  }
  let step: string | null = null;
  for (let tick = 0; tick < ticks && !isStopped(); tick++) {
    const now = stepAt(steps, tick / ticks);
    if (now !== step) await turn(step, now);
    step = now;
    const isOut = tick > 0 && every(excursionEvery, tick) && random.normal(0, 1) > 0;
    for (const [at, metric] of profile.metrics.entries()) {
      await run.metric(metric.name, measured(metric, tick / ticks, isOut && at === 0), metric.unit);
    }
    if (isOut) await run.log('warning', `${profile.metrics[0]?.name} left its window`);
    if (every(5, tick)) await run.progress(tick / ticks);
    await wait(1 / pointsPerSecond);
  }
  if (isStopped()) return;
  await turn(step, null);
  const { name, unit, mean, sigma, tolerance = null } = profile.result;
  const value = Number(random.normal(mean, sigma).toPrecision(4));
  // Both: the newest of a result stands on the page of the run, and charts of many runs are made of measurements.
  await run.metric(name, value, unit);
  await run.result({ name, value, unit, tolerance });
  await run.progress(1);
  await run.finish('completed');

  function measured({ mean, sigma, course }: Metric, part: number, isOut: boolean): number {
    const value = random.normal(course ? course(part) : mean, sigma) + (isOut ? excursion * sigma : 0);
    return Number(value.toPrecision(6));
  }

  async function turn(from: string | null, to: string | null): Promise<void> {
    if (from !== null) await run.step(from, 'finished');
    if (to === null) return;
    await run.step(to, 'started');
    await run.log('info', `${to} begins`);
  }
}

/** The step that a tool is in when this part of its time is over. */
function stepAt(steps: NonNullable<ToolProfile['live']>['steps'], part: number): string | null {
  let end = 0;
  for (const [name, share] of steps) {
    end += share;
    if (part < end - 1e-9) return name;
  }
  return steps.at(-1)?.[0] ?? null;
}
