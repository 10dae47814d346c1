import { normalCurve, type Bin, type Histogram } from '@cobench/shared/spc/histogram';
import { valueTicks } from './ticks.ts';

/** A normal distribution to be drawn over the bins. */
export type NormalShape = { name: string; mean: number; sigma: number; dashed: boolean };

/** A place on the axis that people look for: a specification limit or the target. */
export type SpecLine = { name: string; value: number; kind: 'limit' | 'target' };

type Scene = {
  histogram: Histogram;
  shapes: readonly NormalShape[];
  lines: readonly SpecLine[];
  /** Of the drawing, in pixels. */
  size: { width: number; height: number };
};

/** A bar stands on the axis; `outside` is the height of its part beyond a specification limit, drawn at its foot. */
export type Bar = { bin: Bin; x: number; width: number; height: number; outside: number };

/** Everything that is drawn, in pixels from the upper left. */
export type HistogramPicture = {
  plot: { left: number; right: number; top: number; bottom: number };
  bars: Bar[];
  curves: { name: string; dashed: boolean; path: string }[];
  lines: { line: SpecLine; x: number }[];
  /** Lines that are so far from the data that they would crush them; said in words instead. */
  far: SpecLine[];
  xTicks: { label: string; x: number }[];
  yTicks: { label: string; y: number }[];
};

const margin = { left: 44, right: 12, top: 36, bottom: 24 };
/** A line is in view up to so many times the width of the data away from them. */
const reach = 3;

export function histogramPicture({ histogram, shapes, lines, size }: Scene): HistogramPicture {
  const { bins, n, width } = histogram;
  const plot = {
    left: margin.left,
    right: Math.max(margin.left + 1, size.width - margin.right),
    top: margin.top,
    bottom: Math.max(margin.top + 1, size.height - margin.bottom),
  };
  const from = bins[0]?.from ?? 0;
  const to = bins.at(-1)?.to ?? 1;
  const isNear = ({ value }: SpecLine) => value >= from - reach * (to - from) && value <= to + reach * (to - from);
  const near = lines.filter(isNear);
  const ends = [from, to, ...near.map(({ value }) => value)];
  const span = widened(Math.min(...ends), Math.max(...ends));
  const curves = shapes.map((shape) => ({ shape, points: normalCurve({ ...shape, n, width, ...span }) }));
  const tops = [...bins.map(({ count }) => count), ...curves.flatMap(({ points }) => points.map(({ y }) => y))];
  const top = Math.max(1, ...tops) * 1.05;

  const xOf = (value: number) => plot.left + ((value - span.from) / (span.to - span.from)) * (plot.right - plot.left);
  const yOf = (count: number) => plot.bottom - (count / top) * (plot.bottom - plot.top);
  return {
    plot,
    bars: bins.map((bin) => ({
      bin,
      x: xOf(bin.from),
      width: xOf(bin.to) - xOf(bin.from),
      height: plot.bottom - yOf(bin.count),
      outside: plot.bottom - yOf(bin.outside),
    })),
    curves: curves.map(({ shape: { name, dashed }, points }) => ({
      name,
      dashed,
      path: points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`).join(''),
    })),
    lines: near.map((line) => ({ line, x: xOf(line.value) })),
    far: lines.filter((line) => !isNear(line)),
    xTicks: valueTicks({ min: span.from, max: span.to }, (plot.right - plot.left) / 90).map(({ at, label }) => ({
      label,
      x: xOf(at),
    })),
    yTicks: valueTicks({ min: 0, max: top }, Math.min(top, (plot.bottom - plot.top) / 45)).map(({ at, label }) => ({
      label,
      y: yOf(at),
    })),
  };
}

/** A little room beside the first and the last thing. */
function widened(from: number, to: number): { from: number; to: number } {
  const room = (to - from) * 0.04;
  return { from: from - room, to: to + room };
}
