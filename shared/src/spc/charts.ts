/** A measurement; null where it is missing. */
export type Measurement = number | null;

/** What a chart draws one point of: a measurement or a count, or the measurements of a subgroup; null where it is missing. */
export type ChartItem = Measurement | readonly Measurement[];
/** Numbers in a list or a typed array. */
export type Measurements = readonly Measurement[] | Float64Array | Float32Array;
/** The entries of a chart, first to last. */
export type ChartData = readonly (Measurement | Measurements)[] | Float64Array | Float32Array;

/**
 * The control charts, by the statistic they plot.
 *
 * Of measurements: `xbar` mean, `r` range, `s` standard deviation and `median` of subgroups; `i` individuals, `mr` their
 * moving ranges; `ewma` exponentially weighted moving average, `cusum` cumulative sums. Of counts: `p` and `np` share and
 * number of units that fail, `u` and `c` rate and number of flaws, `laney-p` and `laney-u` the same with more spread than
 * chance alone gives. Of what is rare: `g` units between two events, `t` time between two events.
 */
export const chartKinds = [
  'xbar',
  'r',
  's',
  'i',
  'mr',
  'p',
  'np',
  'c',
  'u',
  'ewma',
  'cusum',
  'laney-p',
  'laney-u',
  't',
  'g',
  'median',
] as const;
export type ChartKind = (typeof chartKinds)[number];

/**
 * How sigma, the standard deviation of single measurements, is estimated.
 *
 * From subgroups: `UWAVE-R` the mean of range / d2(n), `UWAVE-SD` the mean of s / c4(n), `MVLUE-R` and `MVLUE-SD` the same
 * weighted by what each subgroup can tell, `RMSDF` the pooled standard deviation / c4. From single measurements: `MR` the
 * mean moving range / d2(span). From either: `SD` the standard deviation of all measurements / c4.
 */
export const sigmaMethods = ['UWAVE-R', 'UWAVE-SD', 'MVLUE-R', 'MVLUE-SD', 'RMSDF', 'MR', 'SD'] as const;
export type SigmaMethod = (typeof sigmaMethods)[number];

export type ChartOptions = {
  /** `MR` for single measurements, `UWAVE-SD` for the s chart and `UWAVE-R` for other subgroups unless told. */
  sigmaMethod?: SigmaMethod;
  /** How far the control limits are from the centre, in standard deviations of what is plotted; 3 unless told. */
  nsigmas?: number;
  /** Instead of `nsigmas`: the share of a normal distribution that is within the limits, between 0 and 1. */
  confidenceLevel?: number;
  /** Only the first so many entries of the data (gaps included) set the limits. */
  baseline?: number;
  /** Indices of entries that do not set the limits; for moving ranges they are gaps. They are drawn and judged. */
  exclude?: readonly number[];
  /** A known centre line, in the unit of what is plotted, instead of the estimate; for CUSUM the target. */
  center?: number;
  /**
   * A known standard deviation instead of the estimate. For charts of measurements that of single measurements, for
   * charts of counts and rates that of the plotted point (of the usual size).
   */
  sigma?: number;
  /** EWMA: the weight of the newest point, above 0 and at most 1; 0.2 unless told. */
  lambda?: number;
  /** EWMA: `exact` limits widen from the first point on, `asymptotic` ones are constant for equal sizes; `exact` unless told. */
  limitsType?: 'exact' | 'asymptotic';
  /** CUSUM: the limit of the sums, in standard deviations of a point; 5 unless told. */
  decisionInterval?: number;
  /** CUSUM: the shift to be found soon, in standard deviations of a point (twice the reference value k); 1 unless told. */
  shift?: number;
  /** CUSUM: where both sums start, in standard deviations of a point; 0 unless told. */
  headStart?: number;
  /** How many neighbours a moving range spans; 2 unless told. */
  mrSpan?: number;
  /**
   * The centre of r and s charts of unequal subgroups: `by-size` d2(n)·sigma or c4(n)·sigma for each subgroup
   * (Montgomery), `qcc` one line at the mean weighted by size, as the R package of that name draws it; `by-size` unless told.
   */
  centerRule?: 'by-size' | 'qcc';
};

/** All that lines are drawn from: estimated from a baseline or given, and kept as JSON with the chart. */
export type ChartParameters = {
  /** The centre line, in the unit of what is plotted (where it depends on the size: for the usual size); for CUSUM the target. */
  center: number;
  /**
   * For charts of measurements the standard deviation of single measurements (of a `t` chart: of times to the power
   * 1/3.6), for `p np u c g` and Laney's charts that of a plotted point of the usual size.
   */
  sigma: number;
  /**
   * The usual size of a subgroup or sample: a gap has the lines of this size. Missing where centre and sigma were given
   * without data; lines of counts and rates are then the same for every size.
   */
  size?: number;
  /** r and s: each subgroup has the centre of its own size, sigma·d2(n) or sigma·c4(n). */
  centerBySize?: true;
  /** Laney's charts: how many times as wide as chance alone the points spread. */
  sigmaZ?: number;
};

/** One point of a chart with its own lines, all in the unit of what is plotted. */
export type ChartPoint = {
  /** The plotted statistic, for CUSUM the upper sum; null where there is nothing to plot. */
  value: number | null;
  center: number;
  /** The standard deviation of the plotted statistic at this point: zone lines are at centre ± k·sigma. */
  sigma: number;
  ucl: number;
  lcl: number;
  /** CUSUM: the lower sum, at most 0. */
  neg?: number;
  /** `t`: the same point on the scale on which its lines are even, time to the power 1/3.6. Rules are judged there. */
  even?: { value: number | null; center: number; sigma: number; ucl: number; lcl: number };
};

/** What a chart remembers of earlier points: of fixed size, and itself after JSON. */
export type ChartState = {
  /** The last size, where no usual one is known. */
  size?: number;
  /** The last measurements, the newest last: mr. */
  recent?: number[];
  /** The average so far and its variance: ewma. */
  average?: number;
  variance?: number;
  /** The sums so far: cusum. */
  pos?: number;
  neg?: number;
};

/** A chart that is drawn point by point. */
export type Chart = {
  /**
   * The point of the next item. `size` is the size of the sample that a count comes from, or, where a single number is the
   * mean of several measurements, how many.
   * @throws RangeError where the item is not of this chart: not a number, a count below 0, more failures than units.
   */
  push(item: ChartItem, size?: Measurement): ChartPoint;
  /** A copy that can be stored; a chart made with it goes on as if it had never stopped. */
  state(): ChartState;
};

/** What the points of a chart are drawn from, and the sizes that go with them: all, or those that set the limits. */
export type ChartItems = { items: readonly ChartItem[]; sizes: readonly Measurement[] | undefined };

/** How one family of charts finds its parameters and draws its points. */
export type ChartFamily = {
  estimate(baseline: ChartItems, options: ChartOptions): ChartParameters;
  draw(parameters: ChartParameters, options: ChartOptions, state: ChartState | undefined): Chart;
};
