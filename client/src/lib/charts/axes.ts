import type uPlot from 'uplot';
import { quantity } from '#lib/ui/format.ts';
import { chartFont } from './chart-font.ts';
import type { Palette } from './palette.ts';
import { timeLabels } from './time-axis.ts';

/** What x counts: milliseconds since 1970, or the numbers of the points. */
export type XUnit = 'time' | 'number';

/** The axes of values over time; the unit of the values stands on theirs. */
export function axesFor(palette: () => Palette, { label }: { label: string }): uPlot.Axis[] {
  const font = chartFont(0.75);
  const look = {
    stroke: () => palette().muted,
    grid: { stroke: () => palette().line, width: 1 },
    ticks: { stroke: () => palette().line, width: 1, size: 4 },
    font,
    labelFont: font,
  };
  const xAxis: uPlot.Axis = {
    ...look,
    size: 30,
    space: 80,
    values: (_, ticks, _axis, _space, distance) => timeLabels(ticks, distance),
  };
  return [
    xAxis,
    { ...look, size: widthOf, label, labelSize: 20, values: (_, ticks) => ticks.map((tick) => quantity(tick)) },
  ];
}

/** As wide as its longest label. */
function widthOf(chart: uPlot, labels: string[] | null): number {
  const longest = (labels ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest === '') return 40;
  chart.ctx.save();
  chart.ctx.font = chartFont(0.75, devicePixelRatio);
  const width = chart.ctx.measureText(longest).width / devicePixelRatio;
  chart.ctx.restore();
  return Math.ceil(width) + 14;
}
