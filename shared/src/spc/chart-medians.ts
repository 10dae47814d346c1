import { distanceOf } from './chart-options.ts';
import { gapSize, knownSize } from './gap-size.ts';
import type { ChartFamily, ChartPoint } from './charts.ts';
import { medianDeviation } from './median-deviation.ts';
import { estimateSigma, grandMean, usualSize } from './sigma.ts';
import { medianOf, sizeOf } from './subgroups.ts';

/**
 * Medians of subgroups (`median`): centre = mean of the medians (weighted by size), limits = centre ± nsigmas·sd(n)·sigma,
 * where sd(n) is the standard deviation of the median of n values from one normal distribution, in sigma. With sigma =
 * mean range / d2(n) (unless told) and 3 sigma that is the constant A4 (AIAG: Ã2) times the mean range.
 *
 * Sources: ISO 7870-2; AIAG, Statistical Process Control, 2nd edition, median charts.
 */
export const medians: ChartFamily = {
  estimate: (baseline, options) => ({
    center: options.center ?? grandMean(baseline, medianOf),
    sigma: estimateSigma(baseline, options),
    ...knownSize(usualSize(baseline)),
  }),
  draw(parameters, options, state) {
    const { center, sigma } = parameters;
    const sizes = gapSize(parameters, state);
    const distance = distanceOf(options);
    return {
      push(item, size): ChartPoint {
        const deviation = medianDeviation(sizes.of(sizeOf(item, size))) * sigma;
        const reach = distance * deviation;
        return { value: medianOf(item), center, sigma: deviation, ucl: center + reach, lcl: center - reach };
      },
      state: sizes.remembered,
    };
  },
};
