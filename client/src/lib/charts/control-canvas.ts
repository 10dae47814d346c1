import type uPlot from 'uplot';
import { quantity } from '#lib/ui/format.ts';
import { chartFont } from './chart-font.ts';
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
    ctx.globalAlpha = 0.6;
    for (const { sigmas, colour } of zones) {
      for (const side of [-1, 1]) {
        const [outer, inner] = [sigmas, sigmas - 1].map((distance) =>
          chart.valToPos(lines.center + side * distance * lines.sigma, 'y', true),
        ) as [number, number];
        ctx.fillStyle = palette[colour];
        ctx.fillRect(left, outer, width, inner - outer);
      }
    }
  });
}

/** Centre line and limits. */
export function drawLines(chart: uPlot, lines: ControlLines | null, palette: Palette): void {
  if (lines === null) return;
  inside(chart, (ctx) => {
    ctx.lineWidth = devicePixelRatio;
    for (const { value, colour, dash } of namedLines(lines)) {
      const y = Math.round(chart.valToPos(value, 'y', true)) + 0.5;
      ctx.strokeStyle = palette[colour];
      ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
      ctx.beginPath();
      ctx.moveTo(chart.bbox.left, y);
      ctx.lineTo(chart.bbox.left + chart.bbox.width, y);
      ctx.stroke();
    }
  });
}

/** What the lines and zones are called, in the margin on the right; zones where there is room for a letter. */
export function drawNames(chart: uPlot, lines: ControlLines | null, palette: Palette): void {
  if (lines === null) return;
  const { ctx, bbox } = chart;
  const heightOf = (value: number) => chart.valToPos(value, 'y', true);
  const x = bbox.left + bbox.width + 5 * devicePixelRatio;
  ctx.save();
  ctx.font = font();
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { value, colour, text } of namedLines(lines)) {
    ctx.fillStyle = palette[colour];
    ctx.fillText(text, x, heightOf(value));
  }
  if ((heightOf(lines.center) - heightOf(lines.center + lines.sigma)) / devicePixelRatio >= 26) {
    ctx.fillStyle = palette.muted;
    for (const { name, sigmas } of zones) {
      for (const side of [-1, 1]) ctx.fillText(name, x, heightOf(lines.center + side * (sigmas - 0.5) * lines.sigma));
    }
  }
  ctx.restore();
}

/** The room that the names need, in CSS pixels. */
export function widthOfNames({ ctx }: uPlot, lines: ControlLines | null): number {
  if (lines === null) return 8;
  ctx.save();
  ctx.font = font();
  const widths = namedLines(lines).map(({ text }) => ctx.measureText(text).width / devicePixelRatio);
  ctx.restore();
  return Math.ceil(Math.max(...widths)) + 8;
}

const namedLines = ({ ucl, center, lcl }: ControlLines) =>
  [
    { value: ucl, text: `UCL ${quantity(ucl)}`, colour: 'red', dash: [6, 4] },
    { value: center, text: `CL ${quantity(center)}`, colour: 'muted', dash: [] },
    { value: lcl, text: `LCL ${quantity(lcl)}`, colour: 'red', dash: [6, 4] },
  ] as const;

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

const font = () => chartFont(0.6875, devicePixelRatio);
