import type { ChartItem } from '@cobench/shared/spc/charts';
import type { ControlPoint } from '#lib/charts/control-point.ts';

/** What was measured from point `start` on: a number where a point is one, the subgroup where it is several; null is a gap. */
export const measuredSince = (points: readonly ControlPoint[], start: number): ChartItem[] =>
  points
    .filter(({ index }) => index >= start)
    .map(({ items, excluded }) => (excluded !== null ? null : items.length === 1 ? (items[0] ?? null) : items));
