import { average } from './averages.ts';
import { distanceOf } from './chart-options.ts';
import type { ChartFamily, ChartPoint } from './charts.ts';
import { d2, d3 } from './constants.ts';
import { estimateSigma, movingRanges } from './sigma.ts';
import { meanOf, rangeOf } from './subgroups.ts';

/**
 * Moving ranges of single measurements (`mr`): each point is the range of the last `mrSpan` measurements, null until there
 * are so many since the beginning or the last gap; centre = their mean = d2(span)·sigma, limits = centre ±
 * nsigmas·d3(span)·sigma, not below 0. Of a subgroup the mean is taken as one measurement.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.2; Montgomery, section 6.4.
 */
export const movingRange: ChartFamily = {
  estimate({ items }, options) {
    const { mrSpan = 2, sigmaMethod = 'MR' } = options;
    const values = items.map(meanOf);
    const sigma = estimateSigma({ items: values, sizes: undefined }, options);
    const asPlotted = options.sigma === undefined && sigmaMethod === 'MR';
    const center = asPlotted
      ? () => average(movingRanges(values, mrSpan), 'there is no moving range')
      : () => d2(mrSpan) * sigma;
    return { center: options.center ?? center(), sigma };
  },
  draw({ center, sigma }, options, state) {
    const { mrSpan = 2 } = options;
    const width = d3(mrSpan) * sigma;
    const lines = {
      center,
      sigma: width,
      ucl: center + distanceOf(options) * width,
      lcl: Math.max(0, center - distanceOf(options) * width),
    };
    let recent = state?.recent?.slice() ?? [];
    return {
      push(item): ChartPoint {
        const measured = meanOf(item);
        if (measured === null) recent = [];
        else if (recent.push(measured) > mrSpan) recent.shift();
        return { value: recent.length === mrSpan ? rangeOf(recent) : null, ...lines };
      },
      state: () => ({ recent: recent.slice() }),
    };
  },
};
