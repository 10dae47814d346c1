import type { ControlPoint } from './control-point.ts';
import type { Geometry } from './geometry.ts';

/** A part of the plot over which the lines stand still, in pixels. `fresh` where nothing leads to it from the left. */
export type Step = Lines & { from: number; to: number; fresh: boolean };
type Lines = { center: number; sigma: number | null; ucl: number | null; lcl: number | null };

export type Drawn = { points: readonly ControlPoint[]; xs: readonly number[]; first: number; last: number };

/**
 * The lines of the points in view as steps: each point's lines reach half-way to its neighbours. Equal neighbours are one
 * step; steps that are finer than a pixel are drawn as the widest lines in it. Phases begin afresh.
 */
export function stepsOf({ points, xs, first, last }: Drawn, geometry: Geometry, starts: readonly number[]): Step[] {
  const steps: Step[] = [];
  let open: Step | null = null;
  // A step ends where the next one begins: only there its place is worked out.
  const close = (place: number) => {
    if (open !== null) open.to = geometry.x(boundary(xs, place));
  };
  for (let i = first; i <= last; i++) {
    const point = points[i];
    if (!point || point.center === null) {
      close(i);
      open = null;
      continue;
    }
    const fresh: boolean = open === null || starts.includes(point.index);
    if (open !== null && !fresh && alike(open, point)) continue;
    close(i);
    const { center, sigma, ucl, lcl } = point;
    if (open !== null && !fresh && open.to - open.from < 1) widen(open, { center, sigma, ucl, lcl });
    else steps.push((open = { from: geometry.x(boundary(xs, i)), to: 0, center, sigma, ucl, lcl, fresh }));
  }
  close(last + 1);
  return steps;
}

/** Where the lines of a point begin: half-way from the point before it. */
function boundary(xs: readonly number[], place: number): number {
  const [before, here] = [xs[place - 1], xs[place]];
  if (before !== undefined && here !== undefined) return (before + here) / 2;
  if (here !== undefined) return here - ((xs[place + 1] ?? here + 1) - here) / 2;
  return before === undefined ? 0 : before + (before - (xs[place - 2] ?? before - 1)) / 2;
}

const alike = (one: Lines, { center, sigma, ucl, lcl }: ControlPoint): boolean =>
  one.center === center && one.ucl === ucl && one.lcl === lcl && one.sigma === sigma;

function widen(step: Step, { center, sigma, ucl, lcl }: Lines): void {
  step.center = center;
  step.sigma = sigma;
  step.ucl = ucl === null || step.ucl === null ? ucl : Math.max(step.ucl, ucl);
  step.lcl = lcl === null || step.lcl === null ? lcl : Math.min(step.lcl, lcl);
}

/** Soft bands behind everything: zone C within one sigma of the centre, B within two, A from there to the limit. */
export const zones = [
  { name: 'A', from: 2, to: Infinity, colour: 'orange-soft' },
  { name: 'B', from: 1, to: 2, colour: 'yellow-soft' },
  { name: 'C', from: 0, to: 1, colour: 'green-soft' },
] as const;

/** Where a zone lies on one side of the centre, cut off at the limit; null where there is nothing of it. */
export function zoneBand(
  { center, sigma, ucl, lcl }: Lines,
  { from, to }: (typeof zones)[number],
  side: 1 | -1,
): [inner: number, outer: number] | null {
  const limit = side === 1 ? ucl : lcl;
  if (sigma === null || sigma <= 0 || limit === null) return null;
  const reach = Math.max(0, (limit - center) * side);
  const [inner, outer] = [Math.min(from * sigma, reach), Math.min(to * sigma, reach)];
  return outer > inner ? [center + side * inner, center + side * outer] : null;
}
