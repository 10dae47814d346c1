import { chartFont } from './chart-font.ts';
import { stepsOf, zoneBand, zones, type Drawn, type Step } from './control-lines.ts';
import { drawPoints } from './control-marks.ts';
import type { ControlScene } from './control-scene.ts';
import { traceCurve } from './curve.ts';
import { placesWithin } from './geometry.ts';
import { drawAxes, drawGrid, drawLineNames, drawPhases } from './control-labels.ts';
import type { Palette } from './palette.ts';

export type Ink = { ctx: CanvasRenderingContext2D; palette: Palette; font: string };

/** Draws a control chart anew. The context counts in CSS pixels. */
export function drawControl(ctx: CanvasRenderingContext2D, scene: ControlScene, palette: Palette): void {
  const { geometry, points, xs, before } = scene;
  const ink: Ink = { ctx, palette, font: chartFont(0.6875) };
  const drawn: Drawn = { points, xs, ...placesWithin(xs, geometry.span) };
  const starts = scene.phases.map(({ start }) => start);
  const steps = stepsOf(drawn, geometry, starts);
  drawGrid(ink, scene);
  inside(ink, scene, () => {
    drawZones(ink, scene, steps);
    if (before !== null) drawBefore(ink, scene, stepsOf({ ...drawn, points: before }, geometry, starts));
    drawLines(ink, scene, steps);
    drawCurve(ink, scene, drawn);
    drawPoints(ink, scene, drawn);
    drawPhases(ink, scene);
  });
  drawAxes(ink, scene);
  drawLineNames(ink, scene, steps.at(-1));
}

function drawZones({ ctx, palette }: Ink, { geometry }: ControlScene, steps: readonly Step[]): void {
  ctx.globalAlpha = 0.6;
  for (const zone of zones) {
    ctx.beginPath();
    for (const step of steps) {
      for (const side of [1, -1] as const) {
        const band = zoneBand(step, zone, side);
        if (band === null) continue;
        const [inner, outer] = [geometry.y(band[0]), geometry.y(band[1])];
        ctx.rect(step.from, Math.min(inner, outer), step.to - step.from, Math.abs(outer - inner));
      }
    }
    ctx.fillStyle = palette[zone.colour];
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** Centre line and limits; of a draft in a colour of their own. */
function drawLines(ink: Ink, { geometry, before }: ControlScene, steps: readonly Step[]): void {
  const { palette } = ink;
  const limit = before === null ? palette.red : palette.blue;
  strokeSteps(ink, steps, { valueOf: ({ ucl }) => ucl, y: geometry.y, colour: limit, dash: [6, 4] });
  strokeSteps(ink, steps, { valueOf: ({ lcl }) => lcl, y: geometry.y, colour: limit, dash: [6, 4] });
  const centre = before === null ? palette['line-strong'] : palette.blue;
  strokeSteps(ink, steps, { valueOf: ({ center }) => center, y: geometry.y, colour: centre, dash: [] });
}

/** The lines as they are now, behind those of a draft. */
function drawBefore(ink: Ink, { geometry }: ControlScene, steps: readonly Step[]): void {
  const colour = ink.palette['line-strong'];
  for (const valueOf of [({ ucl }: Step) => ucl, ({ center }: Step) => center, ({ lcl }: Step) => lcl]) {
    strokeSteps(ink, steps, { valueOf, y: geometry.y, colour, dash: [2, 3] });
  }
}

type Stroke = { valueOf: (step: Step) => number | null; y: (value: number) => number; colour: string; dash: number[] };

function strokeSteps({ ctx }: Ink, steps: readonly Step[], { valueOf, y, colour, dash }: Stroke): void {
  ctx.beginPath();
  let connected = false;
  for (const step of steps) {
    const value = valueOf(step);
    connected &&= !step.fresh && value !== null;
    if (value === null) continue;
    const at = Math.round(y(value)) + 0.5;
    if (connected) ctx.lineTo(step.from, at);
    else ctx.moveTo(step.from, at);
    ctx.lineTo(step.to, at);
    connected = true;
  }
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour;
  ctx.setLineDash(dash);
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawCurve({ ctx, palette }: Ink, { geometry }: ControlScene, drawn: Drawn): void {
  ctx.lineWidth = 1.25;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = palette.muted;
  ctx.beginPath();
  traceCurve(ctx, drawn, { geometry, valueOf: ({ value }) => value });
  traceCurve(ctx, drawn, { geometry, valueOf: ({ neg }) => neg ?? null });
  ctx.stroke();
}

function inside({ ctx }: Ink, { geometry: { left, top, width, height } }: ControlScene, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  draw();
  ctx.restore();
}
