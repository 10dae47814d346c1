import { familyOf } from './chart-families.ts';
import { chartItems, type Sizes } from './chart-items.ts';
import { optionsFrom } from './chart-options.ts';
import type { ChartData, ChartItems, ChartKind, ChartOptions, ChartParameters } from './charts.ts';

export type ChartRequest<Kind extends ChartKind = ChartKind> = {
  chart: Kind;
  /** Measurements, subgroups of them or counts; null is a gap. */
  data: ChartData;
  /** Of counts: the sizes of the samples. Of single measurements: the sizes of the subgroups they are cut into. */
  sizes?: Sizes | null;
  options?: ChartOptions | readonly [] | null;
};

/**
 * What a chart's lines are drawn from, estimated from the baseline without what is excluded: numbers that are kept as JSON.
 * @throws RangeError where the data cannot say what is asked of them or an option is out of its range.
 */
export function estimateParameters({ chart, data, sizes, options }: ChartRequest): ChartParameters {
  return estimateFrom(chart, chartItems(chart, data, sizes), optionsFrom(options));
}

/** The same, from the items of the chart. */
export function estimateFrom(chart: ChartKind, items: ChartItems, options: ChartOptions): ChartParameters {
  return familyOf(chart).estimate(baselineOf(items, options), options);
}

/** The entries that set the limits; an excluded one is a gap. */
function baselineOf({ items, sizes }: ChartItems, { baseline = items.length, exclude = [] }: ChartOptions): ChartItems {
  const within = items.slice(0, baseline);
  for (const index of exclude) if (index < within.length) within[index] = null;
  return { items: within, sizes: sizes?.slice(0, baseline) };
}
