import type { Series } from '@cobench/shared/series/series';
import type { XUnit } from '#lib/charts/axes.ts';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { placesOf, rangeOf, reachOf } from '#lib/charts/control-scene.ts';
import type { ChartSheet } from '#lib/charts/control-svg.ts';
import { placesWithin } from '#lib/charts/geometry.ts';
import { paperPalette } from '#lib/charts/paper-palette.ts';
import type { Palette } from '#lib/charts/palette.ts';
import type { Span } from '#lib/charts/plot.ts';
import { exactTime } from '#lib/ui/format.ts';
import { chartPhases, chartRules } from './control-points.ts';
import { chartNames } from './series-words.ts';

/** What somebody looks at in a chart. */
export type Seen = { x: XUnit; span: Span; range: Span };

type Options = {
  points: readonly ControlPoint[];
  seen?: Seen | null;
  palette?: Palette;
  width?: number;
  height?: number;
};

/** The chart of a series as it is put on paper: the part that is looked at, or everything. */
export function seriesSheet(
  series: Series,
  { points, seen, palette = paperPalette, width = 1200, height = 520 }: Options,
): ChartSheet {
  const x = seen?.x ?? 'number';
  const xs = placesOf(points, x);
  const span = seen?.span ?? reachOf(xs, x);
  return {
    title: series.name,
    subtitle: `${chartNames[series.chart.kind]}${partInWords(points, placesWithin(xs, span))}`,
    unit: series.chart.kind === 'cusum' ? 'sigma' : series.unit,
    points,
    phases: chartPhases(series),
    rules: chartRules(series),
    x,
    span,
    range: seen?.range ?? rangeOf([points], { xs, span }),
    palette,
    width,
    height,
  };
}

/** “, points 3 to 40, Sat, 21 Nov 2026, 14:03:12 CET to …”. */
function partInWords(points: readonly ControlPoint[], { first, last }: { first: number; last: number }): string {
  const [from, to] = [points[first], points[last]];
  if (!from || !to) return '';
  const time = ({ at }: ControlPoint) => exactTime(new Date(at).toISOString());
  return `, points ${from.index + 1} to ${to.index + 1}, ${time(from)} to ${time(to)}`;
}
