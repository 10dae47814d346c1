import { average, mostCommon } from './averages.ts';
import { distanceOf } from './chart-options.ts';
import type { ChartItems, ChartFamily, ChartOptions, ChartParameters, ChartPoint } from './charts.ts';
import { c4, d2, d3 } from './constants.ts';
import { gapSize, knownSize } from './gap-size.ts';
import { estimateSigma, isSingle } from './sigma.ts';
import { deviationOf, rangeOf, sizeOf } from './subgroups.ts';

/**
 * Ranges of subgroups (`r`): centre = d2(n)·sigma, which is the mean range where all are of one size, limits = centre ±
 * nsigmas·d3(n)·sigma, not below 0. A subgroup of one measurement has no range and is a gap.
 *
 * Sources: Montgomery, Introduction to Statistical Quality Control, section 6.2; ASTM STP 15D.
 */
export const ranges = spreadFamily({ statistic: rangeOf, mean: d2, deviation: d3, method: 'UWAVE-R' });

/**
 * Standard deviations of subgroups (`s`): centre = c4(n)·sigma, which is the mean of s where all are of one size, limits =
 * centre ± nsigmas·√(1 − c4(n)²)·sigma, not below 0. A subgroup of one measurement has none and is a gap.
 *
 * Sources: Montgomery, section 6.3 (6.31 for unequal sizes).
 */
export const deviations = spreadFamily({
  statistic: deviationOf,
  mean: c4,
  deviation: (n) => Math.sqrt(1 - c4(n) ** 2),
  method: 'UWAVE-SD',
});

type Spread = {
  statistic: typeof rangeOf;
  /** The mean and the standard deviation of the statistic of n measurements, in sigma. */
  mean: (n: number) => number;
  deviation: (n: number) => number;
  method: 'UWAVE-R' | 'UWAVE-SD';
};

function spreadFamily(spread: Spread): ChartFamily {
  const { statistic, mean, deviation } = spread;
  return {
    estimate: (baseline, options) => estimate(spread, baseline, options),
    draw(parameters, options, state) {
      const { center, sigma, size: usual, centerBySize } = parameters;
      const sizes = gapSize(parameters, state, 2);
      const distance = distanceOf(options);
      return {
        push(item): ChartPoint {
          const value = statistic(item);
          const n = sizes.of(value === null ? 0 : sizeOf(item));
          const own = centerBySize && n !== usual ? mean(n) * sigma : center;
          const width = deviation(n) * sigma;
          return {
            value,
            center: own,
            sigma: width,
            ucl: own + distance * width,
            lcl: Math.max(0, own - distance * width),
          };
        },
        state: sizes.remembered,
      };
    },
  };
}

function estimate({ statistic, mean, method }: Spread, items: ChartItems, options: ChartOptions): ChartParameters {
  if (options.sigma === undefined && isSingle(items)) {
    throw new RangeError('Charts of ranges and standard deviations need subgroups of two or more measurements.');
  }
  const [stats, sizes] = plottedBy(statistic, items);
  const usual = mostCommon(sizes);
  const size = usual ?? 2;
  const { center, sigma, sigmaMethod = method, centerRule } = options;
  const mayBeMean = center === undefined && sigma === undefined && sigmaMethod === method && centerRule !== 'qcc';
  if (mayBeMean && stats.length > 0 && sizes.every((own) => own === size)) {
    // The mean of equal spreads is that spread to the last bit; through sigma it might not be.
    const plotted = average(stats, 'no subgroup has two of them');
    return { center: plotted, sigma: plotted / mean(size), size, centerBySize: true };
  }
  const estimated = estimateSigma(items, options, method);
  if (center !== undefined) return { center, sigma: estimated, ...knownSize(usual) };
  if (centerRule === 'qcc') {
    return { center: average(stats, 'no subgroup has two of them', sizes), sigma: estimated, size };
  }
  return { center: mean(size) * estimated, sigma: estimated, size, centerBySize: true };
}

/** The statistic of every subgroup that has it, and the sizes of these. */
function plottedBy(statistic: typeof rangeOf, { items }: ChartItems): [stats: number[], sizes: number[]] {
  const stats: number[] = [];
  const sizes: number[] = [];
  for (const item of items) {
    const value = statistic(item);
    if (value === null) continue;
    stats.push(value);
    sizes.push(sizeOf(item));
  }
  return [stats, sizes];
}
