import { average } from './averages.ts';
import { distanceOf } from './chart-options.ts';
import type { ChartFamily, ChartItem, ChartPoint } from './charts.ts';
import { estimateSigma } from './sigma.ts';

/**
 * Units between two rare events (`g`), 0 where one follows the other: centre = mean, standard deviation of a geometric count
 * = √(mean·(mean + 1)), limits = centre ± nsigmas of these, not below 0.
 *
 * Sources: Benneyan, Number-Between g-type Statistical Quality Control Charts, Health Care Management Science 4, 2001.
 */
export const unitsBetween: ChartFamily = {
  estimate({ items }, options) {
    const center = options.center ?? average(present(items), 'there is none');
    if (center < 0) throw new RangeError('The centre of a chart of what is between events cannot be below 0.');
    return { center, sigma: options.sigma ?? Math.sqrt(center * (center + 1)) };
  },
  draw({ center, sigma }, options) {
    const reach = distanceOf(options) * sigma;
    const [ucl, lcl] = [center + reach, Math.max(0, center - reach)];
    return {
      push: (item): ChartPoint => ({ value: between(item), center, sigma, ucl, lcl }),
      state: () => ({}),
    };
  },
};

/** Times between events of a steady rate, to this power, are nearly normal. */
const power = 1 / 3.6;

/**
 * Times between two rare events (`t`), in any unit: the chart of individuals of times to the power 1/3.6, and its lines
 * transformed back to times, not below 0. What is plotted is the time itself. `sigma` is on the transformed scale, where the
 * lines are even (`ChartPoint.even`); a point's own `sigma` is a part of the way from its centre to its upper limit.
 *
 * Sources: Nelson, A Control Chart for Parts-Per-Million Nonconforming Items, Journal of Quality Technology 26(3), 1994;
 * Montgomery, section 7.3.5.
 */
export const timeBetween: ChartFamily = {
  estimate({ items }, options) {
    const even = items.map((item) => raised(between(item), power));
    const sigma = estimateSigma({ items: even, sizes: undefined }, options);
    const given = options.center;
    if (given !== undefined && given < 0) {
      throw new RangeError('The centre of a chart of what is between events cannot be below 0.');
    }
    return { center: given ?? typicalTime(present(items), present(even)), sigma };
  },
  draw({ center, sigma }, options) {
    const distance = distanceOf(options);
    const middle = center ** power;
    const even = { center: middle, sigma, ucl: middle + distance * sigma, lcl: Math.max(0, middle - distance * sigma) };
    const [ucl, lcl] = sigma === 0 ? [center, center] : [even.ucl ** (1 / power), even.lcl ** (1 / power)];
    return {
      push(item): ChartPoint {
        const value = between(item);
        const lines = { center, sigma: (ucl - center) / distance, ucl, lcl };
        return { value, ...lines, even: { ...even, value: raised(value, power) } };
      },
      state: () => ({}),
    };
  },
};

/** The mean on the even scale, as a time. Equal times have exactly their value, which would not survive there and back. */
function typicalTime(times: number[], even: number[]): number {
  const [first] = times;
  return first !== undefined && times.every((time) => time === first)
    ? first
    : average(even, 'there is none') ** (1 / power);
}

function between(item: ChartItem): number | null {
  if (item == null) return null;
  if (typeof item === 'number' && item >= 0 && item < Infinity) return item;
  throw new RangeError(`What is between two events must be a number of at least 0, not ${JSON.stringify(item)}.`);
}

const raised = (value: number | null, exponent: number): number | null => (value === null ? null : value ** exponent);

const present = (items: readonly ChartItem[]): number[] => items.map(between).filter((value) => value !== null);
