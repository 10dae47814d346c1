import { createChart, estimateParameters } from '../spc/index.ts';
import { needsSizes, type ChartDefinition } from './chart.ts';
import { itemOf, optionsOf, type MeasuredPoint } from './judge-points.ts';
import type { LimitParameters, LimitsBasis, LimitSource, Phase } from './phase.ts';

/** The points of a span, which `first` is the index of. */
export type PointSpan = { first: number; points: readonly MeasuredPoint[] };

/**
 * Which points set the limits of a phase, both ends included; null where values are given, or the baseline is not complete.
 * A phase that ended before its baseline was complete has what it has. `end` is the start of the next phase or the number of
 * points.
 */
export function basisOf(
  { start, source }: Pick<Phase, 'start' | 'source'>,
  { end, over }: { end: number; over: boolean },
): { first: number; last: number } | null {
  switch (source.from) {
    case 'given':
      return null;
    case 'points':
      return { first: source.first, last: source.last };
    case 'baseline': {
      const last = Math.min(start + source.points, end) - 1;
      return last - start + 1 >= (over ? 2 : source.points) ? { first: start, last } : null;
    }
    default:
      return source satisfies never;
  }
}

/**
 * What the lines of a phase are drawn from. `span` are the points that set them, excluded ones among them.
 * @throws RangeError where they cannot say it, in words.
 */
export function limitsFrom(
  chart: ChartDefinition,
  source: LimitSource,
  span: PointSpan | null,
): { parameters: LimitParameters | null; basedOn: LimitsBasis | null } {
  if (source.from === 'given') {
    const options = { ...optionsOf(chart), center: source.center, sigma: source.sigma };
    return { parameters: estimated(chart, { data: [], sizes: [], options }), basedOn: null };
  }
  if (span === null) return { parameters: null, basedOn: null };
  const { first, points } = span;
  const excluded = points.flatMap((point, i) => (point.excluded ? [i] : []));
  const parameters = estimated(chart, {
    data: points.map(({ items }) => itemOf(chart, items)),
    sizes: points.map(({ size }) => size),
    options: { ...optionsOf(chart), exclude: excluded },
  });
  const last = first + points.length - 1;
  const count = points.length - excluded.length;
  return { parameters, basedOn: { first, last, excluded: excluded.map((i) => first + i), count } };
}

type Estimate = Omit<Parameters<typeof estimateParameters>[0], 'chart' | 'sizes'> & { sizes: (number | null)[] };

function estimated(chart: ChartDefinition, { data, sizes, options }: Estimate): LimitParameters {
  const bySize = needsSizes(chart.kind);
  const parameters = estimateParameters({ chart: chart.kind, data, ...(bySize && { sizes }), options });
  const { center, sigma } = parameters;
  if (!Number.isFinite(center) || !Number.isFinite(sigma)) {
    throw new RangeError('These points are too far apart for control limits.');
  }
  // What cannot be drawn from them is told here, and not by the first point that is judged.
  createChart({ chart: chart.kind, parameters, options });
  return parameters;
}
