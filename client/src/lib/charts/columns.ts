import type { Span } from './plot.ts';

/** Least, greatest and mean of the values from `at` on; `at` in milliseconds since 1970. */
export type Column = { at: number; min: number; max: number; mean: number; count: number };

/** Columns in the order of time, each `width` milliseconds wide; 0 where each is a single point. */
export type Columns = { columns: readonly Column[]; width: number };

/** So many are held and drawn of one curve: more than a screen has pixels for. */
export const mostColumns = 2000;

/** The columns with more points, wherever in time these are; made wider as often as there are too many. */
export function withPoints(known: Columns, points: readonly { at: number; value: number }[]): Columns {
  const columns = [...known.columns];
  const start = columns[0]?.at ?? 0;
  for (const { at: exactly, value } of points) {
    const at = known.width === 0 ? exactly : start + Math.floor((exactly - start) / known.width) * known.width;
    let place = columns.length;
    while (place > 0 && (columns[place - 1]?.at ?? 0) > at) place--;
    const here = columns[place - 1];
    const single = { at, min: value, max: value, mean: value, count: 1 };
    if (known.width > 0 && here?.at === at) columns[place - 1] = joined(here, single);
    else columns.splice(place, 0, single);
  }
  let all: Columns = { columns, width: known.width };
  while (all.columns.length > mostColumns) all = coarser(all);
  return all;
}

/** The same in fewer, wider columns. */
function coarser({ columns, width }: Columns): Columns {
  const [first, last] = [columns[0]?.at ?? 0, columns.at(-1)?.at ?? 0];
  const wider = width === 0 ? Math.max(1, Math.ceil((last - first + 1) / (mostColumns / 2))) : width * 2;
  const fewer: Column[] = [];
  for (const column of columns) {
    const at = first + Math.floor((column.at - first) / wider) * wider;
    const before = fewer.at(-1);
    if (before?.at === at) fewer[fewer.length - 1] = joined(before, column);
    else fewer.push({ ...column, at });
  }
  return { columns: fewer, width: wider };
}

const joined = (one: Column, other: Column): Column => {
  const count = one.count + other.count;
  return {
    at: one.at,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    mean: (one.mean * one.count + other.mean * other.count) / count,
    count,
  };
};

/** What is drawn: the middle of each column, greatest, least and mean value. */
export function drawnColumns({ columns, width }: Columns): [x: number[], max: number[], min: number[], mean: number[]] {
  return [
    columns.map(({ at }) => at + width / 2),
    columns.map(({ max }) => max),
    columns.map(({ min }) => min),
    columns.map(({ mean }) => mean),
  ];
}

/** The part of the columns that lies within a span, and one beyond either end, so that the curve does not end in view. */
export function within({ columns, width }: Columns, { min, max }: Span): Columns {
  const first = columns.findIndex(({ at }) => at + width >= min);
  const last = columns.findLastIndex(({ at }) => at <= max);
  return { columns: first === -1 ? [] : columns.slice(Math.max(0, first - 1), last + 2), width };
}
