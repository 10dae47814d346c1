import type { ChartFamily, ChartPoint } from './charts.ts';
import { distanceOf } from './chart-options.ts';
import { gapSize, knownSize } from './gap-size.ts';
import { estimateSigma, grandMean, usualSize } from './sigma.ts';
import { meanOf, sizeOf } from './subgroups.ts';

/**
 * Means of subgroups (`xbar`): centre = mean of all measurements, limits = centre ± nsigmas·sigma/√n, each point by its
 * own n. Single measurements are subgroups of one, with sigma from their moving ranges.
 *
 * Sources: Montgomery, Introduction to Statistical Quality Control, sections 6.2 and 6.3.
 */
export const means: ChartFamily = {
  estimate: (baseline, options) => ({
    center: options.center ?? grandMean(baseline),
    sigma: estimateSigma(baseline, options),
    ...knownSize(usualSize(baseline)),
  }),
  draw(parameters, options, state) {
    const { center, sigma } = parameters;
    const sizes = gapSize(parameters, state);
    const distance = distanceOf(options);
    return {
      push(item, size): ChartPoint {
        const deviation = sigma / Math.sqrt(sizes.of(sizeOf(item, size)));
        const reach = distance * deviation;
        return { value: meanOf(item), center, sigma: deviation, ucl: center + reach, lcl: center - reach };
      },
      state: sizes.remembered,
    };
  },
};
