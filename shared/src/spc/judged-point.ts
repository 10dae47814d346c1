import type { ChartPoint } from './charts.ts';

/** What run rules judge of a point: a value and its own lines, on one scale. */
export type JudgedPoint = { value: number | null; center: number; sigma: number; ucl: number; lcl: number };

/**
 * What run rules judge of a point: of times between events the scale on which their lines are even, of two cumulative sums
 * the one farther from 0, of all else the point itself.
 */
export function judgedPoint(point: ChartPoint): JudgedPoint {
  if (point.even) return point.even;
  const { value, center, sigma, ucl, lcl, neg } = point;
  const farther = neg !== undefined && value !== null && -neg > value ? neg : value;
  return { value: farther, center, sigma, ucl, lcl };
}
