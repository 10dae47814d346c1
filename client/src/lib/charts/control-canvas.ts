import type uPlot from 'uplot';
import { quantity } from '#lib/ui/format.ts';
import {
  brokenRule,
  markOf,
  shapePath,
  type ChartRule,
  type ControlLines,
  type ControlPoint,
} from './control-point.ts';
import type { Palette } from './palette.ts';

/** What a control chart shows besides its curve. */
export type ControlPicture = {
  points: readonly ControlPoint[];
  lines: ControlLines | null;
  /** How many points at the start set the lines; they are drawn hollow. */
  baseline: number;
  rules: readonly ChartRule[];
};

const zones = [
  { name: 'A', sigmas: 3, colour: 'orange-soft' },
  { name: 'B', sigmas: 2, colour: 'yellow-soft' },
  { name: 'C', sigmas: 1, colour: 'green-soft' },
] as const;

/** Zone C within one sigma of the centre, B within two, A within three: soft bands behind everything. */
export function drawZones(chart: uPlot, lines: ControlLines | null, palette: Palette): void {
  if (lines === null) return;
  inside(chart, (ctx) => {
    const { left, width } = chart.bbox;
    for (const { name, sigmas, colour } of zones) {
      for (const side of [-1, 1]) {
        const heightOf = (distance: number) => chart.valToPos(lines.center + side * distance * lines.sigma, 'y', true);
        ctx.globalAlpha = 0.6;
        ctx.fillStyle = palette[colour];
        ctx.fillRect(left, heightOf(sigmas), width, heightOf(sigmas - 1) - heightOf(sigmas));
        ctx.globalAlpha = 1;
        ctx.fillStyle = palette.muted;
        write(ctx, name, { x: left + 4 * devicePixelRatio, y: heightOf(sigmas - 0.5) });
      }
    }
  });
}

/** Centre line and limits, each with its name and value at the right end. */
export function drawLines(chart: uPlot, lines: ControlLines | null, palette: Palette): void {
  if (lines === null) return;
  inside(chart, (ctx) => {
    const right = chart.bbox.left + chart.bbox.width;
    const named = [
      { name: 'UCL', value: lines.ucl, colour: palette.red, dash: [6, 4] },
      { name: 'CL', value: lines.center, colour: palette.muted, dash: [] },
      { name: 'LCL', value: lines.lcl, colour: palette.red, dash: [6, 4] },
    ];
    ctx.lineWidth = devicePixelRatio;
    ctx.textAlign = 'right';
    for (const { name, value, colour, dash } of named) {
      const y = Math.round(chart.valToPos(value, 'y', true)) + 0.5;
      ctx.strokeStyle = colour;
      ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
      ctx.beginPath();
      ctx.moveTo(chart.bbox.left, y);
      ctx.lineTo(right, y);
      ctx.stroke();
      ctx.fillStyle = colour;
      write(ctx, `${name} ${quantity(value)}`, { x: right - 4 * devicePixelRatio, y: y - 8 * devicePixelRatio });
    }
  });
}

/** Dots where there is room for them; the points that break a rule always, on top. */
export function drawPoints(chart: uPlot, { points, baseline, rules }: ControlPicture, palette: Palette): void {
  const [first, last] = visible(chart);
  const room = chart.bbox.width / devicePixelRatio / Math.max(1, last - first);
  const size = 4.5 * devicePixelRatio;
  const xs = chart.data[0];
  const dots = { judged: new Path2D(), baseline: new Path2D() };
  const outlines = rules.map((_, rule) => new Path2D(shapePath[markOf(rule).shape]));
  const marked = rules.map(() => new Path2D());
  for (let i = first; i <= last; i++) {
    const point = points[i];
    const at = xs[i];
    if (point === undefined || point.value === null || at === undefined || at === null) continue;
    const x = chart.valToPos(at, 'x', true);
    const y = chart.valToPos(point.value, 'y', true);
    const rule = brokenRule(point, rules);
    const outline = outlines[rule];
    if (outline) marked[rule]?.addPath(outline, new DOMMatrix([size, 0, 0, size, x, y]));
    else if (room >= 5) dot(point.index < baseline ? dots.baseline : dots.judged, x, y);
  }
  inside(chart, (ctx) => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.fillStyle = palette['accent-ink'];
    ctx.fill(dots.judged);
    ctx.fillStyle = palette.surface;
    ctx.fill(dots.baseline);
    ctx.strokeStyle = palette['accent-ink'];
    ctx.stroke(dots.baseline);
    ctx.strokeStyle = palette.surface;
    for (const [rule, path] of marked.entries()) {
      ctx.fillStyle = palette[markOf(rule).colour];
      ctx.stroke(path);
      ctx.fill(path);
    }
  });
}

function dot(path: Path2D, x: number, y: number): void {
  const radius = 2.5 * devicePixelRatio;
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

/** The places in the data of the first and the last point that is in view. */
function visible(chart: uPlot): [first: number, last: number] {
  const [first, last] = chart.series[1]?.idxs ?? [0, -1];
  return [first, last];
}

function inside(chart: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

function write(ctx: CanvasRenderingContext2D, text: string, { x, y }: { x: number; y: number }): void {
  ctx.font = `${11 * devicePixelRatio}px Inter, ui-sans-serif, system-ui, sans-serif`;
  ctx.textBaseline = 'middle';
  ctx.fillText(text, x, y);
}
