import type { TablePoints } from './table-store.ts';

/** What a plot draws: x in order, null where there is no value. */
export type PlotData = {
  data: [number[], ...(number | null)[][]];
  /** x goes up in the file itself: points can be joined. */ ordered: boolean;
};

/** Points as a plot takes them: rows without an x are left out, the others come in the order of x. */
export function plotData({ xs, ys }: TablePoints): PlotData {
  const rows = [...xs.keys()].filter((row) => !Number.isNaN(xs[row] ?? Number.NaN));
  const x = (row: number) => xs[row] ?? 0;
  const ordered = rows.every((row, place) => place === 0 || x(rows[place - 1] ?? 0) <= x(row));
  const sorted = ordered ? rows : rows.toSorted((a, b) => x(a) - x(b));
  const value = (column: Float64Array, row: number) => {
    const found = column[row] ?? Number.NaN;
    return Number.isNaN(found) ? null : found;
  };
  return { data: [sorted.map(x), ...ys.map((column) => sorted.map((row) => value(column, row)))], ordered };
}
