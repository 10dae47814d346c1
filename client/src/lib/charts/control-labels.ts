import { quantity } from '#lib/ui/format.ts';
import type { Ink } from './control-canvas.ts';
import { zones, type Step } from './control-lines.ts';
import type { ControlScene } from './control-scene.ts';

/** The plain lines behind everything. */
export function drawGrid({ ctx, palette }: Ink, { geometry, ticks }: ControlScene): void {
  const { left, top, width, height } = geometry;
  ctx.beginPath();
  for (const { at } of ticks.y) {
    const y = Math.round(geometry.y(at)) + 0.5;
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
  }
  ctx.moveTo(left, top + height + 0.5);
  ctx.lineTo(left + width, top + height + 0.5);
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.line;
  ctx.stroke();
}

/** What the ticks say: values on the left, numbers or times below. */
export function drawAxes({ ctx, palette, font }: Ink, { geometry, ticks }: ControlScene): void {
  const { left, top, width, height } = geometry;
  ctx.font = font;
  ctx.fillStyle = palette.muted;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { at, label } of ticks.y) ctx.fillText(label, left - 6, geometry.y(at));
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  for (const { at, label } of ticks.x) {
    const x = geometry.x(at);
    if (x >= left && x <= left + width) ctx.fillText(label, x, top + height + 6);
  }
}

/** What the newest lines in view are called and what they are at. */
export function drawLineNames({ ctx, palette, font }: Ink, scene: ControlScene, step: Step | undefined): void {
  if (step === undefined) return;
  const { geometry, names, before } = scene;
  const { left, top, width, height } = geometry;
  const limit = before === null ? palette.red : palette.blue;
  const centre = before === null ? palette.muted : palette.blue;
  const lines = [
    { value: step.center, text: `CL ${quantity(step.center)}`, colour: centre },
    ...(step.ucl === null ? [] : [{ value: step.ucl, text: `UCL ${quantity(step.ucl)}`, colour: limit }]),
    ...(step.lcl === null ? [] : [{ value: step.lcl, text: `LCL ${quantity(step.lcl)}`, colour: limit }]),
  ];
  const taken: number[] = [];
  ctx.font = font;
  ctx.textAlign = names === 'beside' ? 'left' : 'right';
  ctx.textBaseline = 'middle';
  const x = names === 'beside' ? left + width + 6 : left + width - 4;
  for (const { value, text, colour } of lines) {
    const at = geometry.y(value);
    if (at < top - 1 || at > top + height + 1 || taken.some((other) => Math.abs(other - at) < 11)) continue;
    taken.push(at);
    const y = names === 'beside' ? at : at - 8;
    if (names === 'inside') clearBehind(ctx, { text, right: x, y, colour: palette.surface });
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }
  if (names === 'beside') drawZoneNames({ ctx, palette, font }, scene, { step, x });
}

/** Zones by their letter, where there is room for one. */
function drawZoneNames(
  { ctx, palette }: Ink,
  { geometry }: ControlScene,
  { step, x }: { step: Step; x: number },
): void {
  const { center, sigma, ucl, lcl } = step;
  if (sigma === null || Math.abs(geometry.y(center) - geometry.y(center + sigma)) < 26) return;
  ctx.fillStyle = palette.muted;
  for (const { name, from } of zones) {
    for (const side of [1, -1]) {
      const middle = center + side * (from + 0.5) * sigma;
      if (middle < (ucl ?? -Infinity) && middle > (lcl ?? Infinity)) ctx.fillText(name, x, geometry.y(middle));
    }
  }
}

/** Where a phase begins, with its name; the phase that is in view from the left is named there. */
export function drawPhases({ ctx, palette, font }: Ink, { geometry, phases, xs, points }: ControlScene): void {
  const first = points[0]?.index ?? 0;
  if (phases.length < 2) return;
  const { left, top, width, height } = geometry;
  const boundaries = phases.map(({ start, name }) => {
    const [before, here] = [xs[start - first - 1], xs[start - first]];
    // A phase that begins before the first point that is here, or after the last one.
    const at =
      here === undefined ? (start <= first ? -Infinity : Infinity) : before === undefined ? here : (before + here) / 2;
    return { name, x: at === -Infinity ? left : at === Infinity ? Infinity : geometry.x(at) };
  });
  ctx.font = font;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  for (const [i, { name, x }] of boundaries.entries()) {
    const end = Math.min(boundaries[i + 1]?.x ?? Infinity, left + width);
    if (x > left + width || end <= left) continue;
    if (i > 0 && x > left) {
      ctx.beginPath();
      ctx.moveTo(Math.round(x) + 0.5, top);
      ctx.lineTo(Math.round(x) + 0.5, top + height);
      ctx.lineWidth = 1;
      ctx.strokeStyle = palette.ink;
      ctx.stroke();
    }
    const from = Math.max(x, left) + 5;
    if (name === '' || ctx.measureText(name).width > end - from - 4) continue;
    ctx.fillStyle = palette.ink;
    ctx.fillText(name, from, top + 3);
  }
}

type Label = { text: string; right: number; y: number; colour: string };

function clearBehind(ctx: CanvasRenderingContext2D, { text, right, y, colour }: Label): void {
  const { width } = ctx.measureText(text);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = colour;
  ctx.fillRect(right - width - 2, y - 6, width + 4, 12);
  ctx.globalAlpha = 1;
}
