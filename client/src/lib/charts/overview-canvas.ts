import type { ControlPoint } from './control-point.ts';
import { traceCurve } from './curve.ts';
import type { Geometry } from './geometry.ts';
import type { Palette } from './palette.ts';

type Overview = { points: readonly ControlPoint[]; xs: readonly number[]; geometry: Geometry };

/** Everything on one strip: the curve, and a stroke for each point that breaks a rule. */
export function drawOverview(
  ctx: CanvasRenderingContext2D,
  { points, xs, geometry }: Overview,
  palette: Palette,
): void {
  const { left, top, width, height } = geometry;
  ctx.clearRect(0, 0, left + width + left, top + height + top);
  ctx.beginPath();
  const drawn = { points, xs, first: 0, last: points.length - 1 };
  traceCurve(ctx, drawn, { geometry, valueOf: ({ value }) => value });
  traceCurve(ctx, drawn, { geometry, valueOf: ({ neg }) => neg ?? null });
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.muted;
  ctx.stroke();
  ctx.fillStyle = palette.red;
  let before = -Infinity;
  for (const [place, { signals }] of points.entries()) {
    if (signals.length === 0) continue;
    const x = Math.round(geometry.x(xs[place] ?? 0));
    if (x === before) continue;
    before = x;
    ctx.fillRect(x - 0.5, top + height - 5, 1.5, 5);
  }
}
