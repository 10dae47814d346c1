import type { TelemetryColumn } from '@cobench/shared/runs/telemetry';
import { columnSums, endOf, rasterOf, singly, type Point, type Raster, type Sum } from './columns.ts';
import { eachPacked, levels, type Node } from './pyramid.ts';

type Span = { from: number; to: number };
type Chart = Span & { width: number; exact: boolean; columns: TelemetryColumn[] };

/** Where the points of one metric are. */
export type PointSource = {
  /** How many there are of it. */
  count: number;
  /** Whether the packed ones are only there as roll-ups. */
  dropped: boolean;
  /** Those that are not packed yet, in the order in which they came. */
  recent: readonly Point[];
  /** The nodes of a level whose time the stretch is, in the order of time. */
  nodes(level: number, stretch: Span): AsyncIterable<Node & { until: number }>;
  /** The raw points of the lowest nodes whose time the stretch is. */
  pieces(stretch: Span): AsyncIterable<{ bytes: Uint8Array }>;
};

/** No more points than this are read point by point. */
const readSingly = 65_536;
/** Where roll-ups are read, a column is at least so many of their cells wide: so it is where it was asked for, almost. */
const cellsOfColumn = 4;

/**
 * Least, greatest and mean value of each of at most `most` columns of a span. Every number is what the raw points say. Of
 * many points the columns may begin a little earlier and be a little wider than asked for, so that they fall on cells of
 * roll-ups.
 */
export async function chartOf(source: PointSource, { most, ...span }: Span & { most: number }): Promise<Chart> {
  const { count, dropped } = source;
  if (!dropped && count <= readSingly) return fromPoints(await pointsIn(source, span), { ...span, most });
  const { raster, cell } = await rollUpRaster(source, { ...span, most });
  const sums = columnSums(raster);
  const within = { from: raster.start, to: endOf(raster) };
  let found = 0;
  const add = (at: number, sum: Sum): void => {
    if (at < within.from || at > within.to) return;
    found += sum.count;
    sums.add(at, sum);
  };
  for (const stretch of await addRollUps(source, within, { add, cell })) {
    for await (const { bytes } of source.pieces(stretch)) {
      eachPacked(bytes, (at, value) => {
        if (at >= stretch.from && at <= stretch.to) add(at, single(value));
      });
    }
  }
  for (const { at, value } of source.recent) add(at, single(value));
  if (!dropped && found <= readSingly) return fromPoints(await pointsIn(source, span), { ...span, most });
  return { from: raster.start, to: endOf(raster), width: raster.width, exact: false, columns: sums.filled() };
}

/** Adds what roll-ups with cells no wider than `cell` say. Answers the stretches of which only raw points do. */
async function addRollUps(
  source: PointSource,
  within: Span,
  { add, cell }: { add: (at: number, sum: Sum) => void; cell: number },
): Promise<Span[]> {
  let open: Span[] = [within];
  for (let level = levels - 1; level >= 0; level--) {
    const left: Span[] = [];
    for (const stretch of open) {
      let known = false;
      for await (const { cells, startAt, until } of source.nodes(level, stretch)) {
        known = true;
        if (cells.width <= cell) for (const [at, sum] of cells.cells()) add(at, sum);
        else leave(left, { from: Math.max(startAt, stretch.from), to: Math.min(until - 1, stretch.to) });
      }
      if (!known) leave(left, stretch);
    }
    open = left;
  }
  return open;
}

/** Stretches that touch are one. */
function leave(stretches: Span[], { from, to }: Span): void {
  const last = stretches.at(-1);
  if (last && last.to + 1 === from) last.to = to;
  else stretches.push({ from, to });
}

/** Columns that fall on cells of roll-ups, and how wide those cells may be. */
async function rollUpRaster(
  source: PointSource,
  { from, to, most }: Span & { most: number },
): Promise<{ raster: Raster; cell: number }> {
  const asked = rasterOf({ from, to }, most);
  let cell = cellWidth(asked.width);
  for (;;) {
    const start = Math.floor(from / cell) * cell;
    const span = to - start + 1;
    const width = Math.ceil(Math.max(asked.width, span / most) / cell) * cell;
    const raster = { start, width, columns: Math.ceil(span / width) };
    // Where only roll-ups are left a column is no narrower than their cells, wherever it reaches.
    const widest = source.dropped ? await widestCell(source, { from: start, to: endOf(raster) }) : cell;
    if (widest <= cell) return { raster, cell };
    cell = widest;
  }
}

async function widestCell(source: PointSource, span: Span): Promise<number> {
  let widest = 1;
  for await (const { cells } of source.nodes(0, span)) widest = Math.max(widest, cells.width);
  return widest;
}

/** The widest cells that columns of this width may be made of. */
const cellWidth = (width: number): number => 2 ** Math.floor(Math.log2(Math.max(1, width / cellsOfColumn)));

async function pointsIn(source: PointSource, { from, to }: Span): Promise<Point[]> {
  const points: Point[] = [];
  const take = (at: number, value: number): void => {
    if (at >= from && at <= to) points.push({ at, value });
  };
  for await (const { bytes } of source.pieces({ from, to })) eachPacked(bytes, take);
  for (const { at, value } of source.recent) take(at, value);
  return points.toSorted((a, b) => a.at - b.at);
}

function fromPoints(points: readonly Point[], { from, to, most }: Span & { most: number }): Chart {
  const raster = rasterOf({ from, to }, most);
  const { width } = raster;
  if (points.length <= most) return { from, to, width, exact: true, columns: singly(points) };
  const sums = columnSums(raster);
  for (const { at, value } of points) sums.add(at, single(value));
  return { from, to, width, exact: false, columns: sums.filled() };
}

const single = (value: number): Sum => ({ count: 1, min: value, max: value, total: value });
