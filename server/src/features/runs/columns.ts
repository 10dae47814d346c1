import type { TelemetryColumn } from '@cobench/shared/runs/telemetry';

/** A measured value; `at` in milliseconds since 1970. */
export type Point = { at: number; value: number };
/** Least, greatest and sum of so many values. */
export type Sum = { count: number; min: number; max: number; total: number };

/** Columns of `width` milliseconds next to one another; the first begins at `start`. */
export type Raster = { start: number; width: number; columns: number };

/** The columns that cover all moments from `from` to `to`, both included: at most so many, equally wide. */
export function rasterOf({ from, to }: { from: number; to: number }, columns: number): Raster {
  const span = to - from + 1;
  const width = Math.max(1, Math.ceil(span / columns));
  return { start: from, width, columns: Math.ceil(span / width) };
}

/** The last moment that the columns cover. */
export const endOf = ({ start, width, columns }: Raster): number => start + width * columns - 1;

/** Sums what falls into each column of a raster; in whatever order it comes. */
export function columnSums({ start, width, columns }: Raster) {
  const count = new Float64Array(columns);
  const min = new Float64Array(columns).fill(Infinity);
  const max = new Float64Array(columns).fill(-Infinity);
  const total = new Float64Array(columns);

  return {
    /** Adds a sum of values that all were measured within the column of `at`; outside of the raster it is left out. */
    add(at: number, sum: Sum): void {
      const i = Math.floor((at - start) / width);
      if (i < 0 || i >= columns) return;
      count[i] = (count[i] ?? 0) + sum.count;
      total[i] = (total[i] ?? 0) + sum.total;
      min[i] = Math.min(min[i] ?? Infinity, sum.min);
      max[i] = Math.max(max[i] ?? -Infinity, sum.max);
    },
    /** The columns that have a point. */
    filled: (): TelemetryColumn[] =>
      [...count.entries()]
        .filter(([, points]) => points > 0)
        .map(([i, points]) => ({
          at: new Date(start + i * width).toISOString(),
          min: min[i] ?? NaN,
          max: max[i] ?? NaN,
          mean: (total[i] ?? NaN) / points,
          count: points,
        })),
  };
}

/** Every point a column of its own. */
export const singly = (points: readonly Point[]): TelemetryColumn[] =>
  points.map(({ at, value }) => ({ at: new Date(at).toISOString(), min: value, max: value, mean: value, count: 1 }));
