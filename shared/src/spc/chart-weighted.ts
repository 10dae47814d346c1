import { means } from './chart-means.ts';
import { distanceOf } from './chart-options.ts';
import { gapSize } from './gap-size.ts';
import type { ChartFamily, ChartPoint } from './charts.ts';
import { meanOf, sizeOf } from './subgroups.ts';

/**
 * Exponentially weighted moving average (`ewma`) of single measurements or means of subgroups: z = λ·x̄ + (1 − λ)·z, from the
 * centre on; limits = centre ± nsigmas·(standard deviation of z). Exact: its variance is λ²·sigma²/n + (1 − λ)² times the
 * variance before, which for equal sizes is (sigma²/n)·λ/(2 − λ)·(1 − (1 − λ)^2i). Asymptotic: (sigma²/n)·λ/(2 − λ). A gap
 * leaves the average as it is.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.4; Montgomery, section 9.2; Lucas and Saccucci,
 * Technometrics 32(1), 1990.
 */
export const movingAverage: ChartFamily = {
  estimate: (baseline, options) => means.estimate(baseline, options),
  draw(parameters, options, state) {
    const { center, sigma } = parameters;
    const sizes = gapSize(parameters, state);
    const { lambda = 0.2, limitsType = 'exact' } = options;
    const distance = distanceOf(options);
    let { average = center, variance = 0 } = state ?? {};
    return {
      push(item, size): ChartPoint {
        const n = sizes.of(sizeOf(item, size));
        const mean = meanOf(item);
        const next = lambda ** 2 / n + (1 - lambda) ** 2 * variance;
        if (mean !== null) {
          average += lambda * (mean - average);
          variance = next;
        }
        const deviation = sigma * Math.sqrt(limitsType === 'exact' ? next : lambda / (2 - lambda) / n);
        const reach = distance * deviation;
        const value = mean === null ? null : average;
        return { value, center, sigma: deviation, ucl: center + reach, lcl: center - reach };
      },
      state: () => ({ ...sizes.remembered(), average, variance }),
    };
  },
};

/**
 * Cumulative sums (`cusum`) of single measurements or means of subgroups, standardised: with z = (x̄ − centre)/(sigma/√n) and
 * k = shift/2, pos = max(0, pos + z − k) and neg = min(0, neg + z + k), both from the head start on; limits = ± the decision
 * interval. Everything is in standard deviations of a point. A gap leaves the sums as they are.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.3; Montgomery, section 9.1; for the head start Lucas and
 * Crosier, Technometrics 24(3), 1982.
 * @throws RangeError where sigma is 0: nothing can be told in units of it.
 */
export const cumulativeSums: ChartFamily = {
  estimate: (baseline, options) => means.estimate(baseline, options),
  draw({ center, sigma }, options, state) {
    const { shift = 1, decisionInterval = 5, headStart = 0 } = options;
    if (!(sigma > 0)) throw new RangeError('Cumulative sums need a sigma above 0.');
    let { pos = headStart, neg = 0 - headStart } = state ?? {};
    const lines = { center: 0, sigma: 1, ucl: decisionInterval, lcl: -decisionInterval };
    return {
      push(item, size): ChartPoint {
        const mean = meanOf(item);
        if (mean === null) return { value: null, ...lines };
        const z = ((mean - center) / sigma) * Math.sqrt(sizeOf(item, size));
        pos = Math.max(0, pos + z - shift / 2);
        // `|| 0` makes a plain 0 of a negative one.
        neg = Math.min(0, neg + z + shift / 2) || 0;
        return { value: pos, ...lines, neg };
      },
      state: () => ({ pos, neg }),
    };
  },
};
