import { chartItems, isOfCounts } from './chart-items.ts';
import { optionsFrom } from './chart-options.ts';
import { createChart } from './create-chart.ts';
import type { ChartKind, ChartPoint } from './charts.ts';
import { estimateFrom, type ChartRequest } from './estimate-parameters.ts';

/** The lines of a chart that are the same at every point, and what it plots. */
export type ConstantLimits = {
  center: number;
  /** See `ChartParameters`: of single measurements on charts of measurements, of a plotted point on charts of counts. */
  sigma: number;
  ucl: number;
  lcl: number;
  /** What is plotted, null where there is nothing; of `mr` from the first moving range on. */
  values: (number | null)[];
};

/** One number where a line is the same at every point, else one for each point. */
export type Line = number | number[];

/** The lines of a chart of samples or subgroups, which may be of different sizes. */
export type Limits = Omit<ConstantLimits, 'center' | 'sigma' | 'ucl' | 'lcl'> & {
  center: Line;
  sigma: Line;
  ucl: Line;
  lcl: Line;
  /** Laney's charts: how many times as wide as chance alone the points spread. */
  sigmaZ?: number;
};

/** The sums of a CUSUM, in standard deviations of a point, and the target and sigma they are about. */
export type CusumLimits = Omit<ConstantLimits, 'values'> & { pos: (number | null)[]; neg: (number | null)[] };

type ConstantKind = 'i' | 'mr' | 'c' | 'g' | 't';

/**
 * The control limits of a chart over all its data: the parameters from the baseline, then every point with its own lines.
 *
 * `data` are measurements, subgroups or counts (see `ChartRequest`), in their own unit; all lines are in the unit of what is
 * plotted. CUSUM is standardised: its sums and limits are in standard deviations of a point, `neg` is at most 0, and
 * `center` and `sigma` are those of the data. Limits are clipped where no value can be: shares at 0 and 1, counts, rates,
 * ranges, standard deviations and times at 0. Formulas and sources are with each family of charts.
 *
 * Run rules need the standard deviation of a point, which on charts of subgroups is not `sigma`: give `evaluateRules` the
 * centre and the limits alone, or the points of `createChart` (see `judgedPoint`).
 * @throws RangeError where the data cannot say what is asked of them or an option is out of its range.
 */
export function computeLimits(request: ChartRequest<ConstantKind>): ConstantLimits;
export function computeLimits(request: ChartRequest<'cusum'>): CusumLimits;
export function computeLimits(request: ChartRequest<Exclude<ChartKind, ConstantKind | 'cusum'>>): Limits;
export function computeLimits(request: ChartRequest): Limits | CusumLimits;
export function computeLimits({ chart: kind, data, sizes, ...told }: ChartRequest): Limits | CusumLimits {
  const options = optionsFrom(told.options);
  const entries = chartItems(kind, data, sizes);
  const parameters = estimateFrom(kind, entries, options);
  const chart = createChart({ chart: kind, parameters, options });
  const points = entries.items.map((item, i) => chart.push(item, entries.sizes?.[i]));
  const gap = points[0] ?? chart.push(null);
  const line = (at: (point: ChartPoint) => number) => lineOf(points, at, at(gap));
  const values = points.map(({ value }) => value);
  if (kind === 'cusum') {
    const { center, sigma } = parameters;
    const neg = points.map((point) => point.neg ?? null);
    return { center, sigma, ucl: gap.ucl, lcl: gap.lcl, pos: values, neg };
  }
  return {
    center: line((point) => point.center),
    sigma: isOfCounts(kind) ? line((point) => point.sigma) : parameters.sigma,
    ucl: line((point) => point.ucl),
    lcl: line((point) => point.lcl),
    values: kind === 'mr' ? values.slice((options.mrSpan ?? 2) - 1) : values,
    ...(parameters.sigmaZ !== undefined && { sigmaZ: parameters.sigmaZ }),
  };
}

/** One number where it is the same at every point, else one for each. */
function lineOf(points: readonly ChartPoint[], at: (point: ChartPoint) => number, first: number): Line {
  return points.every((point) => at(point) === first) ? first : points.map(at);
}
