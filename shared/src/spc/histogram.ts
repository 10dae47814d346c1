import { normalDensity } from './normal.ts';

/** `from` belongs to the bin, `to` to the next one (in the last bin, to it). */
export type Bin = {
  from: number;
  to: number;
  count: number;
  /** How many of them are beyond a specification limit. */
  outside: number;
};

export type Histogram = { n: number; width: number; bins: readonly Bin[] };

const fewestBins = 5;
const mostBins = 60;

/**
 * Counts measurements in bins of equal width. The width is that of Freedman and Diaconis (1981), 2·IQR/∛n, kept between 5
 * and 60 bins and brought to the nearest of 1, 2 or 5 times a power of ten, so that edges are numbers people read, and
 * measurements of few decimals do not fall unevenly. Where more than half of the measurements are nearly equal, the width
 * is that of Sturges. Nulls are left out; no measurements make no bins.
 */
export function histogram(request: {
  data: readonly (number | null)[];
  lsl?: number | null;
  usl?: number | null;
}): Histogram {
  const { data, lsl, usl } = request;
  const sorted = Float64Array.from(data.filter((value) => value !== null)).toSorted();
  const n = sorted.length;
  const [low = 0] = sorted;
  const high = sorted[n - 1] ?? 0;
  if (n === 0) return { n, width: 0, bins: [] };
  const step = stepFor(sorted);
  const first = firstOf(low, step);
  const edges = [edgeOf(first, step)];
  do edges.push(edgeOf(first + edges.length, step));
  while ((edges.at(-1) ?? high) < high);
  const bins = edges.slice(1).map((to, i): Bin => ({ from: edges[i] ?? low, to, count: 0, outside: 0 }));
  let at = 0;
  for (const value of sorted) {
    while (at < bins.length - 1 && value >= (bins[at]?.to ?? Infinity)) at++;
    const bin = bins[at];
    if (bin === undefined) break;
    bin.count++;
    if (value < (lsl ?? -Infinity) || value > (usl ?? Infinity)) bin.outside++;
  }
  return { n, width: edgeOf(1, step), bins };
}

/**
 * How many of `n` measurements a normal distribution expects in a bin of `width` around each of `steps` places between
 * `from` and `to`: the curve to be drawn over a histogram.
 */
export function normalCurve(request: {
  mean: number;
  sigma: number;
  n: number;
  width: number;
  from: number;
  to: number;
  steps?: number;
}): { x: number; y: number }[] {
  const { mean, sigma, n, width, from, to, steps = 120 } = request;
  if (!(sigma > 0)) return [];
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / steps;
    return { x, y: (n * width * normalDensity((x - mean) / sigma)) / sigma };
  });
}

/** A width as `digit`·10^`power`, so that its multiples are the very numbers that people write down. */
type Step = { digit: 1 | 2 | 5; power: number };

function stepFor(sorted: Float64Array): Step {
  const n = sorted.length;
  const [low = 0] = sorted;
  const high = sorted[n - 1] ?? 0;
  const range = high - low;
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Numbers that differ in their last digits only have no edges between them.
  if (!(range > size * 1e-12)) return { digit: 1, power: powerBelow(size / 100 || 1) };
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const wished = spread > 0 ? (2 * spread) / Math.cbrt(n) : range / (Math.log2(n) + 1);
  return nearestStep(Math.min(Math.max(wished, range / mostBins), range / fewestBins), range);
}

/** The nearest width of a plain number that makes no more bins than there may be. */
function nearestStep(width: number, range: number): Step {
  const power = powerBelow(width);
  const steps: Step[] = [
    { digit: 1, power },
    { digit: 2, power },
    { digit: 5, power },
    { digit: 1, power: power + 1 },
  ];
  const apart = (step: Step) => Math.abs(Math.log(edgeOf(1, step) / width));
  const few = steps.filter((step) => range / edgeOf(1, step) <= mostBins);
  return few.reduce((best, step) => (apart(step) < apart(best) ? step : best));
}

const powerBelow = (width: number): number => Math.floor(Math.log10(width));

/** The `count`-th multiple of a width: rounded as its decimals are written, not as multiples of a fraction add up. */
const edgeOf = (count: number, { digit, power }: Step): number =>
  power < 0 ? (count * digit) / 10 ** -power : count * digit * 10 ** power;

/** The number of the last edge that is not above the lowest measurement. */
function firstOf(low: number, step: Step): number {
  let first = Math.floor(low / edgeOf(1, step));
  while (edgeOf(first, step) > low) first--;
  while (edgeOf(first + 1, step) <= low) first++;
  return first;
}

/** The quantile of sorted measurements, between two of them in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
