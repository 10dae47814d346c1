import { normalDensity } from './normal.ts';
import { solveLinear } from './solve-linear.ts';

/**
 * Points until two neighbours are more than `distance` sigma apart, on average; a shift of all of them does not matter.
 * With f(x) for the points still to come after x, f(x) = 1 + ∫ f(y) φ(y) dy over all y that are not too far from x, solved
 * on a grid.
 */
export function rangeRunLength(distance: number): number {
  const result = known.get(distance) ?? solveRange(distance);
  known.set(distance, result);
  return result;
}

const known = new Map<number, number>();
const edge = 6;
const steps = 96;

function solveRange(distance: number): number {
  const points = Array.from({ length: 2 * steps + 1 }, (_, i) => ((i - steps) / steps) * edge);
  const share = (y: number) => normalDensity(y) * (edge / steps);
  const near = (x: number, y: number) => {
    // A point of the grid stands for the step around it; on the boundary half of that is near enough.
    const inside = 0.5 + ((distance - Math.abs(x - y)) * steps) / edge;
    return Math.min(1, Math.max(0, inside));
  };
  const rows = points.map((x) => [...points.map((y) => Number(x === y) - near(x, y) * share(y)), 1]);
  const after = solveLinear(rows);
  return 1 + points.reduce((total, x, i) => total + share(x) * (after[i] ?? 0), 0);
}
