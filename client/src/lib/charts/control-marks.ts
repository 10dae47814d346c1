import type { Ink } from './control-canvas.ts';
import type { Drawn } from './control-lines.ts';
import { brokenRule, markOf, outlineOf, phaseAt, type ChartPhase, type ControlPoint } from './control-point.ts';
import type { ControlScene } from './control-scene.ts';

/** Pixels that a point needs for a dot of its own. */
const roomForDots = 2;
const dotRadius = 2.5;
const markSize = 4.5;
/** Where hundreds stand side by side. */
const crowdedMarkSize = 3.5;

type Place = { point: ControlPoint; x: number; y: number };

/**
 * The points in view on top of the curve: dots where there is room for them, and at any zoom those that count for nothing
 * and those that break a rule.
 */
export function drawPoints(ink: Ink, scene: ControlScene, drawn: Drawn): void {
  const room = scene.geometry.width / Math.max(1, drawn.last - drawn.first);
  const { plain, excluded, marked } = sortedOut(scene, drawn, room >= roomForDots);
  drawDots(ink, scene.phases, { plain, radius: Math.min(dotRadius, room * 0.45) });
  drawExcluded(ink, distinct(excluded));
  drawMarks(ink, scene, { marked, size: room < 1 ? crowdedMarkSize : markSize });
}

type Sorted = { plain: Place[]; excluded: Place[]; marked: Place[] };

function sortedOut({ geometry }: ControlScene, { points, xs, first, last }: Drawn, withPlain: boolean): Sorted {
  const sorted: Sorted = { plain: [], excluded: [], marked: [] };
  for (let i = first; i <= last; i++) {
    const point = points[i];
    if (!point || (!withPlain && point.excluded === null && point.signals.length === 0)) continue;
    const { value, neg } = point;
    const signals = point.signals.length > 0;
    const [above, below] = signals ? sidesOf(point) : [false, false];
    const x = geometry.x(xs[i] ?? 0);
    const put = (at: number, marked: boolean) => {
      const list = point.excluded === null ? (marked ? sorted.marked : sorted.plain) : sorted.excluded;
      if (list !== sorted.plain || withPlain) list.push({ point, x, y: geometry.y(at) });
    };
    if (value !== null) put(value, above);
    if (neg !== undefined) put(neg, below);
  }
  return sorted;
}

/** Of the two sums of a CUSUM chart, those that are beyond their limit. */
function sidesOf({ neg, lcl, value, ucl }: ControlPoint): [value: boolean, neg: boolean] {
  if (neg === undefined) return [true, false];
  const below = lcl !== null && neg < lcl;
  return [!below || (ucl !== null && value !== null && value > ucl), below];
}

/** The points that set the limits are hollow. */
function drawDots(
  { ctx, palette }: Ink,
  phases: readonly ChartPhase[],
  { plain, radius }: { plain: readonly Place[]; radius: number },
): void {
  ctx.lineWidth = Math.min(1.5, radius);
  ctx.strokeStyle = palette['accent-ink'];
  for (const hollow of [false, true]) {
    ctx.beginPath();
    for (const { point, x, y } of plain) if (isBasis(phases, point) === hollow) dot(ctx, { x, y }, radius);
    ctx.fillStyle = hollow ? palette.surface : palette['accent-ink'];
    ctx.fill();
    if (hollow) ctx.stroke();
  }
}

/** Hollow, with a cross. */
function drawExcluded({ ctx, palette }: Ink, places: readonly Place[]): void {
  ctx.beginPath();
  for (const { x, y } of places) {
    dot(ctx, { x, y }, 4);
    ctx.moveTo(x - 2.5, y - 2.5);
    ctx.lineTo(x + 2.5, y + 2.5);
    ctx.moveTo(x - 2.5, y + 2.5);
    ctx.lineTo(x + 2.5, y - 2.5);
  }
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = palette.muted;
  ctx.stroke();
}

/** Each by the mark of the first rule that it breaks; those of the first rules on top. */
function drawMarks(
  { ctx, palette }: Ink,
  { rules }: ControlScene,
  { marked, size }: { marked: readonly Place[]; size: number },
): void {
  const byRule = Map.groupBy(marked, ({ point }) => Math.max(0, brokenRule(point, rules)));
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = palette.surface;
  for (const [rule, places] of [...byRule].toSorted(([a], [b]) => b - a)) {
    const mark = markOf(rule);
    const outline = outlineOf(mark);
    ctx.beginPath();
    for (const { x, y } of distinct(places)) {
      for (let i = 0; i < outline.length; i += 2) {
        const [dx, dy] = [(outline[i] ?? 0) * size, (outline[i + 1] ?? 0) * size];
        if (i === 0) ctx.moveTo(x + dx, y + dy);
        else ctx.lineTo(x + dx, y + dy);
      }
      ctx.closePath();
    }
    ctx.fillStyle = palette[mark.colour];
    ctx.stroke();
    ctx.fill();
  }
}

const isBasis = (phases: readonly ChartPhase[], { index }: ControlPoint): boolean => {
  const basis = phaseAt(phases, index)?.basis ?? null;
  return basis !== null && index >= basis.first && index <= basis.last;
};

/** One of those that would cover each other exactly. */
function distinct(places: readonly Place[]): Place[] {
  const seen = new Set<number>();
  return places.filter(({ x, y }) => {
    const key = Math.round(x) * 100_000 + Math.round(y);
    return !seen.has(key) && seen.add(key);
  });
}

function dot(ctx: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, radius: number): void {
  ctx.moveTo(x + radius, y);
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
}
