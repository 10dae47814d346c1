import type { XUnit } from './axes.ts';
import type { ChartPhase, ChartRule, ControlPoint } from './control-point.ts';
import { placesWithin, type Geometry } from './geometry.ts';
import type { Span } from './plot.ts';
import type { Tick } from './ticks.ts';

/** Everything a control chart draws on its canvas. `xs` are the places of the points on the horizontal axis, rising. */
export type ControlScene = {
  points: readonly ControlPoint[];
  xs: readonly number[];
  geometry: Geometry;
  phases: readonly ChartPhase[];
  /** In the order that gives each its mark. */
  rules: readonly ChartRule[];
  ticks: { x: readonly Tick[]; y: readonly Tick[] };
  /** The same points with the lines as they are now, where `points` are a draft. */
  before: readonly ControlPoint[] | null;
  /** Where the names of the lines stand: beside the plot, or inside where there is no room. */
  names: 'beside' | 'inside';
};

/**
 * Where the points lie on the horizontal axis. By time no point lies left of the one before it: they are judged in the
 * order in which they came.
 */
export function placesOf(points: readonly ControlPoint[], x: XUnit): number[] {
  if (x === 'number') return points.map(({ index }) => index);
  let latest = -Infinity;
  return points.map(({ at }) => (latest = Math.max(latest, at)));
}

/** From the first to the last place, with a margin: points stand clear of the edges. */
export function reachOf(xs: readonly number[], x: XUnit): Span {
  const [min, max] = [xs[0] ?? 0, xs.at(-1) ?? 1];
  const margin = Math.max((max - min) * 0.01, x === 'number' ? 0.5 : 1000);
  return { min: min - margin, max: max + margin };
}

/** The values in view with their limits, and a margin; `also` are other values that have to be seen. */
export function rangeOf(
  sets: readonly (readonly ControlPoint[])[],
  { xs, span, also = [] }: { xs: readonly number[]; span: Span; also?: readonly number[] },
): Span {
  const { first, last } = placesWithin(xs, span);
  let [low, high] = [Infinity, -Infinity];
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const points of sets) {
    for (let i = first; i <= last; i++) {
      const point = points[i];
      take(point?.value);
      take(point?.neg);
      take(point?.ucl);
      take(point?.lcl);
      take(point?.center);
    }
  }
  also.forEach(take);
  if (low > high) return { min: 0, max: 1 };
  const margin = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.08;
  return { min: low - margin, max: high + margin };
}
