import type { ChartFamily, ChartPoint } from './charts.ts';
import { distanceOf } from './chart-options.ts';
import { average } from './averages.ts';
import { estimateSigma } from './sigma.ts';
import { meanOf } from './subgroups.ts';

/**
 * Single measurements (`i`): centre = mean, sigma = mean moving range / d2(span) or the standard deviation / c4, limits =
 * centre ± nsigmas·sigma. No moving range reaches across a gap. Of a subgroup the mean is taken as one measurement.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.2; Montgomery, section 6.4.
 */
export const individuals: ChartFamily = {
  estimate({ items }, options) {
    const single = { items: items.map(meanOf), sizes: undefined };
    return {
      center:
        options.center ??
        average(
          single.items.filter((value) => value !== null),
          'there is none',
        ),
      sigma: estimateSigma(single, options),
    };
  },
  draw({ center, sigma }, options) {
    const reach = distanceOf(options) * sigma;
    const [ucl, lcl] = [center + reach, center - reach];
    return {
      push: (item): ChartPoint => ({ value: meanOf(item), center, sigma, ucl, lcl }),
      state: () => ({}),
    };
  },
};
