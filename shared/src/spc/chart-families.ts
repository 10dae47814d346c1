import { counts } from './chart-counts.ts';
import { individuals } from './chart-individuals.ts';
import { means } from './chart-means.ts';
import { medians } from './chart-medians.ts';
import { movingRange } from './chart-moving-ranges.ts';
import { timeBetween, unitsBetween } from './chart-rare.ts';
import { deviations, ranges } from './chart-spread.ts';
import { cumulativeSums, movingAverage } from './chart-weighted.ts';
import type { ChartFamily, ChartKind } from './charts.ts';

/** How each kind of chart is estimated and drawn. */
const chartFamilies: Record<ChartKind, ChartFamily> = {
  ...counts,
  xbar: means,
  r: ranges,
  s: deviations,
  median: medians,
  i: individuals,
  mr: movingRange,
  ewma: movingAverage,
  cusum: cumulativeSums,
  g: unitsBetween,
  t: timeBetween,
};

/** @throws RangeError where there is no such chart. */
export function familyOf(chart: ChartKind): ChartFamily {
  if (Object.hasOwn(chartFamilies, chart)) return chartFamilies[chart];
  throw new RangeError(`There is no chart called ${chart}.`);
}
