/** A measurement; null where it is missing. */
export type Measurement = number | null;

export type LimitOptions = {
  /** Only the first so many entries of `data` (gaps included) set the limits. */
  baseline?: number;
  /** A known centre line, in the unit of the data, instead of the mean. */
  center?: number;
  /** A known standard deviation, in the unit of the data, instead of the estimate. */
  sigma?: number;
  /** How far the control limits are from the centre, in sigma; 3 unless told. */
  nsigmas?: number;
};

/** The lines of a chart and the values it draws, all in the unit of the data. */
export type Limits = { center: number; sigma: number; ucl: number; lcl: number; values: readonly Measurement[] };

/** d2(2) = 2/√π: the mean range of two values from one normal distribution, in sigma. */
const d2OfTwo = 2 / Math.sqrt(Math.PI);

/**
 * Control limits of an individuals chart ('i'): centre = mean, sigma = mean moving range of two neighbours / d2(2),
 * limits = centre ± nsigmas·sigma. A null is a gap: it has no value and no moving range reaches across it.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.2; Montgomery, Introduction to Statistical Quality
 * Control, section "Control charts for individual measurements".
 * @throws RangeError where the data cannot say what is asked of it: no value for the centre, no two neighbours for sigma.
 */
export function computeLimits(request: { chart: 'i'; data: readonly Measurement[]; options?: LimitOptions }): Limits {
  const { data, options = {} } = request;
  const { baseline = data.length, nsigmas = 3 } = options;
  const base = data.slice(0, baseline);
  const center = options.center ?? mean(base.filter((value) => value !== null));
  const sigma = options.sigma ?? mean(movingRanges(base)) / d2OfTwo;
  return { center, sigma, ucl: center + nsigmas * sigma, lcl: center - nsigmas * sigma, values: data };
}

/** |x(i) − x(i−1)| of every two neighbours that are both there. */
function movingRanges(data: readonly Measurement[]): number[] {
  return data.flatMap((value, i) => {
    const previous = data[i - 1];
    return value === null || previous == null ? [] : [Math.abs(value - previous)];
  });
}

/** Summed as distances from the first value, so that the mean of equal values is that value to the last bit. */
function mean(values: readonly number[]): number {
  const [first] = values;
  if (first === undefined) throw new RangeError('There are too few measurements for control limits.');
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}
