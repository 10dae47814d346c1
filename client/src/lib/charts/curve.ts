import type { ControlPoint } from './control-point.ts';
import type { Drawn } from './control-lines.ts';
import type { Geometry } from './geometry.ts';

/** What a curve is drawn with: a canvas, or a path. */
export type Pen = { moveTo: (x: number, y: number) => void; lineTo: (x: number, y: number) => void };

type Column = { x: number; first: number; low: number; high: number; last: number; risen: boolean };

/**
 * Draws the values as a curve that is interrupted at gaps and excluded points. Where several points share a column of
 * pixels only its first, least, greatest and last value are connected: the picture is the same.
 */
export function traceCurve(
  pen: Pen,
  { points, xs, first, last }: Drawn,
  { geometry, valueOf }: { geometry: Geometry; valueOf: (point: ControlPoint) => number | null },
): void {
  let column: Column | null = null;
  let connected = false;
  const flush = () => {
    if (column === null) return;
    const { x, low, high, risen } = column;
    const turns = risen ? [column.first, low, high, column.last] : [column.first, high, low, column.last];
    let previous: number | null = null;
    for (const y of turns) {
      if (!connected) pen.moveTo(x, y);
      else if (y !== previous) pen.lineTo(x, y);
      connected = true;
      previous = y;
    }
    column = null;
  };
  const crowded = (last - first) / geometry.width > 1;
  for (let i = first; i <= last; i++) {
    const point = points[i];
    const value = point && point.excluded === null ? valueOf(point) : null;
    if (value === null) {
      flush();
      connected = false;
      continue;
    }
    const exactly = geometry.x(xs[i] ?? 0);
    const x = crowded ? Math.round(exactly) : exactly;
    const y = geometry.y(value);
    if (column !== null && column.x === x) extend(column, y);
    else {
      flush();
      column = { x, first: y, low: y, high: y, last: y, risen: true };
    }
  }
  flush();
}

function extend(column: Column, y: number): void {
  if (y < column.low) {
    column.low = y;
    column.risen = false;
  }
  if (y > column.high) {
    column.high = y;
    column.risen = true;
  }
  column.last = y;
}
