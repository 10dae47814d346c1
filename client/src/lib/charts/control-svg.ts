import { quantity } from '#lib/ui/format.ts';
import type { XUnit } from './axes.ts';
import { stepsOf, zoneBand, zones, type Drawn, type Step } from './control-lines.ts';
import { brokenRule, markOf, pathOf, type ChartPhase, type ChartRule, type ControlPoint } from './control-point.ts';
import { traceCurve } from './curve.ts';
import { geometryOf, placesWithin, type Geometry } from './geometry.ts';
import type { Palette } from './palette.ts';
import type { Span } from './plot.ts';
import { element, PathPen, short, textOf } from './svg.ts';
import { valueTicks, xTicks } from './ticks.ts';

/** A control chart as it is put on paper. */
export type ChartSheet = {
  title: string;
  /** A line below the title: what, where and when. */
  subtitle: string;
  unit: string;
  points: readonly ControlPoint[];
  phases: readonly ChartPhase[];
  rules: readonly ChartRule[];
  x: XUnit;
  /** The part of x and of y that is drawn. */
  span: Span;
  range: Span;
  palette: Palette;
  width: number;
  height: number;
};

type Drawing = ChartSheet & { geometry: Geometry; drawn: Drawn; steps: readonly Step[]; room: number };

/**
 * A control chart as an SVG document: zones, each point's own lines, phases, curve, marks of the rules and what they mean.
 * It holds no script and no reference to anything outside; all that people named is text in it.
 */
export function controlSvg(sheet: ChartSheet): string {
  const { width, height, palette } = sheet;
  const drawing = drawingOf(sheet);
  const { left, top, width: across, height: up } = drawing.geometry;
  const clip = element('clipPath', { id: 'plot' }, element('rect', { x: left, y: top, width: across, height: up }));
  const inside = [
    ...zonesOf(drawing),
    ...linesOf(drawing),
    ...phaseLines(drawing),
    curveOf(drawing),
    ...marksOf(drawing),
  ];
  const parts = [
    element('title', {}, textOf(sheet.title)),
    element('desc', {}, textOf(`Control chart. ${sheet.subtitle}`)),
    element('defs', {}, clip),
    element('rect', { width, height, fill: palette.surface }),
    ...headOf(sheet),
    ...gridOf(drawing),
    element('g', { 'clip-path': 'url(#plot)' }, inside.join('')),
    ...phaseNames(drawing),
    ...lineNames(drawing),
    ...legendOf(sheet),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${short(width)} ${short(height)}`,
    role: 'img',
    'font-family': 'Inter, ui-sans-serif, system-ui, sans-serif',
    'font-size': 12,
  };
  return element('svg', attributes, parts.join(''));
}

const legendLine = 18;

function drawingOf(sheet: ChartSheet): Drawing {
  const { points, x, span, range, width, height } = sheet;
  const labels = valueTicks(range, 6).map(({ label }) => label.length);
  const margins = {
    left: 34 + 7 * Math.max(2, ...labels),
    right: 100,
    top: 62,
    bottom: 30 + legendLine * legendRows(sheet).length,
  };
  const geometry = geometryOf({ width, height, margins, span, range });
  const xs = points.map((point) => (x === 'time' ? point.at : point.index));
  const drawn = { points, xs, ...placesWithin(xs, span) };
  const starts = sheet.phases.map(({ start }) => start);
  const room = geometry.width / Math.max(1, drawn.last - drawn.first);
  return { ...sheet, geometry, drawn, steps: stepsOf(drawn, geometry, starts), room };
}

function headOf({ title, subtitle, palette }: ChartSheet): string[] {
  return [
    element('text', { x: 16, y: 24, 'font-size': 15, 'font-weight': 600, fill: palette.ink }, textOf(title)),
    element('text', { x: 16, y: 42, fill: palette.muted }, textOf(subtitle)),
  ];
}

/** Both axes with their labels and the faint lines behind everything. */
function gridOf({ geometry, palette, range, span, x, unit }: Drawing): string[] {
  const { left, top, width, height } = geometry;
  const bottom = top + height;
  const text = { fill: palette.muted, 'font-size': 11 };
  const line = { stroke: palette.line, 'stroke-width': 1 };
  const across = valueTicks(range, Math.max(2, height / 48)).flatMap(({ at, label }) => {
    const y = geometry.y(at);
    return [
      element('line', { x1: left, x2: left + width, y1: y, y2: y, ...line }),
      element('text', { x: left - 6, y: y + 4, 'text-anchor': 'end', ...text }, textOf(label)),
    ];
  });
  const up = xTicks(span, { x, width, space: x === 'time' ? 90 : 60 }).flatMap(({ at, label }) => [
    element('line', { x1: geometry.x(at), x2: geometry.x(at), y1: top, y2: bottom, ...line }),
    element('text', { x: geometry.x(at), y: bottom + 16, 'text-anchor': 'middle', ...text }, textOf(label)),
  ]);
  const middle = top + height / 2;
  const turned = { x: 14, y: middle, transform: `rotate(-90 14 ${short(middle)})`, 'text-anchor': 'middle', ...text };
  return [...across, ...up, element('text', turned, textOf(unit === '' ? 'Value' : unit))];
}

function zonesOf({ steps, geometry, palette }: Drawing): string[] {
  return zones.flatMap((zone) =>
    ([1, -1] as const).flatMap((side) => {
      const pen = new PathPen();
      for (const step of steps) {
        const band = zoneBand(step, zone, side);
        if (band === null) continue;
        const [inner, outer] = band.map((value) => geometry.y(value)) as [number, number];
        pen.moveTo(step.from, inner);
        for (const [x, y] of [[step.to, inner], [step.to, outer], [step.from, outer], [step.from, inner]] as const) pen.lineTo(x, y); // prettier-ignore
      }
      return pen.d === '' ? [] : [element('path', { d: pen.d, fill: palette[zone.colour], 'fill-opacity': 0.6 })];
    }),
  );
}

const names = [
  { line: 'ucl', name: 'UCL', colour: 'red', dash: '6 4' },
  { line: 'center', name: 'CL', colour: 'muted', dash: undefined },
  { line: 'lcl', name: 'LCL', colour: 'red', dash: '6 4' },
] as const;

/** Centre line and limits, stepping where they do. */
function linesOf({ steps, geometry, palette }: Drawing): string[] {
  return names.map(({ line, colour, dash }) => {
    const pen = new PathPen();
    let joined = false;
    for (const step of steps) {
      const value = step[line];
      if (value === null) joined = false;
      else {
        const y = geometry.y(value);
        if (joined && !step.fresh) pen.lineTo(step.from, y);
        else pen.moveTo(step.from, y);
        pen.lineTo(step.to, y);
        joined = true;
      }
    }
    return element('path', { d: pen.d, fill: 'none', stroke: palette[colour], 'stroke-dasharray': dash });
  });
}

/** What the lines are called, beside the newest ones in view. */
function lineNames({ steps, geometry, palette }: Drawing): string[] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const x = geometry.left + geometry.width + 6;
  return names.flatMap(({ line, name, colour }) => {
    const value = last[line];
    if (value === null || value < geometry.range.min || value > geometry.range.max) return [];
    return [
      element(
        'text',
        { x, y: geometry.y(value) + 4, 'font-size': 11, fill: palette[colour] },
        textOf(`${name} ${quantity(value)}`),
      ),
    ];
  });
}

/** Where a phase begins in view, but for the first one. */
function borders({ phases, drawn, geometry }: Drawing): { name: string; x: number; begins: boolean }[] {
  const { xs, points, first, last } = drawn;
  return phases.flatMap(({ start, name }, i) => {
    const place = start - (points[0]?.index ?? 0);
    const next = (phases[i + 1]?.start ?? Infinity) - (points[0]?.index ?? 0);
    if (next <= first || place > last) return [];
    const [before, here] = [xs[place - 1], xs[place]];
    const begins = before !== undefined && here !== undefined && place > first;
    const x = begins ? geometry.x((before + here) / 2) : geometry.left;
    return [{ name, x: Math.max(geometry.left, x), begins }];
  });
}

function phaseLines(drawing: Drawing): string[] {
  const { top, height } = drawing.geometry;
  return borders(drawing)
    .filter(({ begins }) => begins)
    .map(({ x }) =>
      element('line', {
        x1: x,
        x2: x,
        y1: top,
        y2: top + height,
        stroke: drawing.palette['line-strong'],
        'stroke-dasharray': '2 3',
      }),
    );
}

function phaseNames(drawing: Drawing): string[] {
  if (drawing.phases.length < 2) return [];
  return borders(drawing).map(({ name, x }) =>
    element(
      'text',
      { x: x + 3, y: drawing.geometry.top - 5, 'font-size': 11, fill: drawing.palette.muted },
      textOf(name),
    ),
  );
}

function curveOf({ drawn, geometry, palette }: Drawing): string {
  const pen = new PathPen();
  traceCurve(pen, drawn, { geometry, valueOf: ({ value }) => value });
  traceCurve(pen, drawn, { geometry, valueOf: ({ neg }) => neg ?? null });
  return element('path', { d: pen.d, fill: 'none', stroke: palette.muted, 'stroke-linejoin': 'round' });
}

/** Dots where there is room for them; excluded points and those that break a rule always. */
function marksOf({ drawn, geometry, palette, phases, rules, room }: Drawing): string[] {
  const basis = phases.flatMap((phase) => phase.basis ?? []);
  const dots: string[] = [];
  const marked: string[] = [];
  for (let place = drawn.first; place <= drawn.last; place++) {
    const point = drawn.points[place];
    const at = drawn.xs[place];
    if (point === undefined || at === undefined) continue;
    const x = geometry.x(at);
    const rule = brokenRule(point, rules);
    for (const value of [point.value, point.neg ?? null]) {
      if (value === null) continue;
      const y = geometry.y(value);
      if (point.excluded !== null) marked.push(crossAt(x, y, palette.muted));
      else if (rule >= 0 && isMarked(point, value)) marked.push(markAt(x, y, { rule, palette }));
      else if (room >= 5) {
        const hollow = basis.some(({ first, last }) => point.index >= first && point.index <= last);
        const fill = hollow ? palette.surface : palette['accent-ink'];
        dots.push(element('circle', { cx: x, cy: y, r: 2.5, fill, stroke: palette['accent-ink'] }));
      }
    }
  }
  return [...dots, ...marked];
}

/** Of the two sums of a CUSUM the one that is beyond its limit is marked; both where neither is. */
function isMarked({ value, neg, ucl, lcl }: ControlPoint, drawn: number): boolean {
  if (neg === undefined || value === null) return true;
  const [up, down] = [ucl !== null && value > ucl, lcl !== null && neg < lcl];
  return up === down || (drawn === value) === up;
}

function markAt(x: number, y: number, { rule, palette }: { rule: number; palette: Palette }): string {
  const mark = markOf(rule);
  const transform = `translate(${short(x)} ${short(y)}) scale(4.5)`;
  return element('path', {
    d: pathOf(mark),
    transform,
    fill: palette[mark.colour],
    stroke: palette.surface,
    'stroke-width': 0.3,
  });
}

function crossAt(x: number, y: number, stroke: string): string {
  const d = `M${short(x - 3.5)} ${short(y - 3.5)}l7 7m0 -7l-7 7`;
  return element('path', { d, fill: 'none', stroke, 'stroke-width': 1.5 });
}

type LegendRow = { mark: number | 'excluded'; words: string };

/** The rules that points in view break, and whether any is excluded. */
function legendRows({ points, rules, span, x }: ChartSheet): LegendRow[] {
  const seen = points.filter((point) => {
    const at = x === 'time' ? point.at : point.index;
    return at >= span.min && at <= span.max;
  });
  const broken = rules.flatMap(({ id, words }, mark) =>
    seen.some(({ signals }) => signals.includes(id)) ? [{ mark, words: `${id}: ${words}` }] : [],
  );
  const excluded = seen.some((point) => point.excluded !== null);
  return excluded
    ? [...broken, { mark: 'excluded', words: 'Excluded: counts neither for limits nor for rules' }]
    : broken;
}

function legendOf(sheet: ChartSheet): string[] {
  const rows = legendRows(sheet);
  return rows.flatMap(({ mark, words }, row) => {
    const y = sheet.height - 10 - legendLine * (rows.length - 1 - row);
    const symbol =
      mark === 'excluded'
        ? crossAt(24, y - 4, sheet.palette.muted)
        : markAt(24, y - 4, { rule: mark, palette: sheet.palette });
    return [symbol, element('text', { x: 38, y, 'font-size': 11, fill: sheet.palette.muted }, textOf(words))];
  });
}
