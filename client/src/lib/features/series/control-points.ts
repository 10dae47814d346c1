import type { SeriesPoint } from '@cobench/shared/series/series';
import type { ControlPoint } from '#lib/charts/control-point.ts';

/** A point as charts know it. */
export const controlPoint = ({ index, at, value, rules }: SeriesPoint): ControlPoint => ({
  index,
  at: Date.parse(at),
  value,
  signals: rules,
});
