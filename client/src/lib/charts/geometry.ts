import type { Span } from './plot.ts';

/** The part of a canvas that is plotted into, in CSS pixels, and how values lie on it. */
export type Geometry = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly span: Span;
  readonly range: Span;
  /** From a place on the axes to pixels. */
  x: (at: number) => number;
  y: (value: number) => number;
  /** From pixels to a place on the axes. */
  atX: (pixel: number) => number;
  atY: (pixel: number) => number;
};

export type Margins = { left: number; right: number; top: number; bottom: number };

type Extent = { width: number; height: number; margins: Margins; span: Span; range: Span };

export function geometryOf({ width, height, margins, span, range }: Extent): Geometry {
  const { left, top } = margins;
  const inner = {
    width: Math.max(1, width - left - margins.right),
    height: Math.max(1, height - top - margins.bottom),
  };
  const across = inner.width / (span.max - span.min || 1);
  const up = inner.height / (range.max - range.min || 1);
  return {
    left,
    top,
    ...inner,
    span,
    range,
    x: (at) => left + (at - span.min) * across,
    y: (value) => top + (range.max - value) * up,
    atX: (pixel) => span.min + (pixel - left) / across,
    atY: (pixel) => range.max - (pixel - top) / up,
  };
}

/** The place of the first of these rising numbers that is not below `limit`; their count where all are. */
export function firstFrom(xs: readonly number[], limit: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places from `first` to `last` that are in view, and one beyond either end: a curve does not end in view. */
export function placesWithin(xs: readonly number[], { min, max }: Span): { first: number; last: number } {
  const first = Math.max(0, firstFrom(xs, min) - 1);
  const after = firstFrom(xs, max);
  return { first, last: Math.min(xs.length - 1, after) };
}

/** The place whose number is nearest; null where there is none. */
export function nearest(xs: readonly number[], at: number): number | null {
  if (xs.length === 0) return null;
  const after = Math.min(xs.length - 1, firstFrom(xs, at));
  const before = Math.max(0, after - 1);
  return at - (xs[before] ?? 0) < (xs[after] ?? 0) - at ? before : after;
}
