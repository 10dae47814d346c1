import type { Span } from './plot.ts';

/** One value of a metric; a null value is a gap in the curve. `at` in milliseconds since 1970. */
export type TimePoint = { at: number; value: number | null };

/**
 * The two columns that are drawn. Time never runs backwards on an axis: a point that claims to be older than the one
 * before it (a corrected instrument clock) is drawn at that one's time.
 */
export function timeColumns(points: readonly TimePoint[]): [x: number[], y: (number | null)[]] {
  let latest = -Infinity;
  const x = points.map(({ at }) => (latest = Math.max(latest, at)));
  return [x, points.map(({ value }) => value)];
}

/** From the first to the last place of an axis; something drawable when there is none. */
export const fullSpan = (x: readonly number[]): Span => ({ min: x[0] ?? 0, max: x.at(-1) ?? 1 });
