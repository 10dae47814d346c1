import {
  averageRunLength,
  chartKinds,
  computeLimits,
  createRuleStream,
  evaluateRules,
  ruleSetNames,
  type ChartKind,
  type RuleSetName,
} from '@cobench/shared/spc/index';
import { noise } from '../../src/demo/noise.ts';
import { quantiles } from '../quantiles.ts';

/** Nanoseconds of processor time per point. */
export type RuleCost = { ruleSet: RuleSetName; points: number; stream: number; batch: number; loop: number };
/** Milliseconds: of processor time, and by the clock. */
export type Cost = { name: string; processor: number; p50: number; p99: number };

/** What it costs to judge a point, warm, in series of several lengths; and to only look at the same numbers in a plain loop. */
export function ruleCosts(lengths: readonly number[]): RuleCost[] {
  return ruleSetNames.flatMap((ruleSet) =>
    lengths.map((points) => {
      const values = measurements(points);
      const lines = { center: 0, sigma: 1, ucl: 3, lcl: -3 };
      // Each length is measured over as many points in all.
      const again = mostPoints / points;
      const [stream, batch, loop] = [
        () => followed(ruleSet, values),
        () => evaluateRules({ values, ruleSet, ...lines }).length,
        () => beyond(values),
      ].map((work) => (warm(() => repeated(work, again), 3).processor * 1e6) / mostPoints);
      return { ruleSet, points, stream: stream ?? 0, batch: batch ?? 0, loop: loop ?? 0 };
    }),
  );
}

/** Points of one round, whatever the length of the series. */
const mostPoints = 1_000_000;

function repeated(work: () => number, times: number): number {
  let result = 0;
  for (let n = 0; n < times; n++) result += work();
  return result;
}

/** Estimating the limits of a chart of each kind, and drawing all of its points. */
export function limitCosts(points: number): Cost[] {
  return chartKinds.map((chart) => {
    const { data, sizes } = dataFor(chart, points);
    const request = { chart, data, ...(sizes && { sizes }), options: {} };
    return costOf(
      chart,
      warm(() => (computeLimits(request).ucl === undefined ? 0 : 1), 40),
    );
  });
}

/** The least that could be done with the same numbers: their mean and standard deviation. */
export const plainCost = (points: number): Cost => {
  const values = measurements(points);
  return costOf(
    'mean and standard deviation alone',
    warm(() => spread(values), 2000),
  );
};

/** What choosing rules says about false alarms: each time for a shift that was not asked before. */
export const runLengthCosts = (): Cost[] =>
  ruleSetNames.map((ruleSet) => {
    let shift = 1;
    return costOf(
      ruleSet,
      warm(() => averageRunLength(ruleSet, (shift += 0.01)).atShift, 5),
    );
  });

function followed(ruleSet: RuleSetName, values: readonly number[]): number {
  const stream = createRuleStream<string>({ ruleSet, center: 0, sigma: 1, ucl: 3, lcl: -3 });
  let signals = 0;
  for (const value of values) signals += stream.push(value).length;
  return signals;
}

function beyond(values: readonly number[]): number {
  let count = 0;
  for (const value of values) if (value > 3 || value < -3) count++;
  return count;
}

function spread(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Milliseconds of each of so many rounds by the clock, once the compiler has seen the work, and of processor time on
 * average: what others do on the same machine is in the first and not in the second. Its clock is coarse.
 */
function warm(work: () => number, rounds: number): { times: number[]; processor: number } {
  for (let n = 0; n < Math.min(8, rounds); n++) kept += work();
  const before = process.threadCpuUsage();
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    kept += work();
    return performance.now() - begun;
  });
  const { user, system } = process.threadCpuUsage(before);
  return { times, processor: (user + system) / 1000 / rounds };
}

/** What was worked out goes somewhere, so that it cannot be left out. */
let kept = 0;

function costOf(name: string, { times, processor }: ReturnType<typeof warm>): Cost {
  const [p50, p99] = quantiles(times, [0.5, 0.99]);
  return { name, processor, p50, p99 };
}

function measurements(points: number): number[] {
  const random = noise(points);
  return Array.from({ length: points }, () => random.normal(0, 1));
}

/** In control, as such charts have them: subgroups of five, counts out of some 200. */
function dataFor(chart: ChartKind, points: number): { data: (number | number[])[]; sizes?: number[] } {
  const random = noise(7);
  const each = <T>(make: (index: number) => T): T[] => Array.from({ length: points }, (_, index) => make(index));
  const count = (mean: number): number => Math.max(0, Math.round(random.normal(mean, Math.sqrt(mean))));
  switch (chart) {
    case 'xbar':
    case 'r':
    case 's':
    case 'median':
      return { data: each(() => Array.from({ length: 5 }, () => random.normal(30, 0.5))) };
    case 'i':
    case 'mr':
    case 'ewma':
    case 'cusum':
      return { data: each(() => random.normal(30, 0.5)) };
    case 'p':
    case 'np':
    case 'u':
    case 'laney-p':
    case 'laney-u':
      return { data: each(() => count(12)), sizes: each((index) => 190 + (index % 20)) };
    case 'c':
    case 'g':
      return { data: each(() => count(12)) };
    case 't':
      return { data: each(() => Math.abs(random.normal(40, 12)) + 1) };
    default:
      return chart satisfies never;
  }
}
