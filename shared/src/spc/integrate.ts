import { normalCdf } from './normal.ts';

/** Beyond this many sigma Φ is 0 or 1 to the last bit that counts. */
const edge = 9;
const step = 1 / 8;

/**
 * The mean range of n standard normal values, ∫ 1 − Φ(x)ⁿ − (1 − Φ(x))ⁿ dx. The function is even, smooth and dies away: the
 * plain sum over a grid is exact to double precision.
 */
export function expectedRange(n: number): number {
  const { low, high } = (onGrid ??= gridAt(0));
  let sum = 0;
  for (let i = 0; i < high.length; i++) {
    const value = 1 - (high[i] ?? 1) ** n - (1 - (low[i] ?? 0)) ** n;
    sum += i === 0 ? value : 2 * value;
  }
  return sum * step;
}

/**
 * The mean square of the range W of n standard normal values: 2·∫₀^∞ E max(0, W − w) dw, where the excess over w is
 * ∫ 1 − Φ(y+w/2)ⁿ − (1 − Φ(y−w/2))ⁿ + (Φ(y+w/2) − Φ(y−w/2))ⁿ dy, again of an even function.
 */
export function expectedSquareOfRange(n: number): number {
  const { weights, grids } = n > 25 ? (fine ??= gridsOver(128)) : (coarse ??= gridsOver(48));
  let total = 0;
  for (const [j, { low, high }] of grids.entries()) {
    let sum = 0;
    for (let i = 0; i < high.length; i++) {
      const below = low[i] ?? 0;
      const above = high[i] ?? 1;
      const value = 1 - above ** n - (1 - below) ** n + (above - below) ** n;
      sum += i === 0 ? value : 2 * value;
    }
    total += (weights[j] ?? 0) * sum * step;
  }
  return 2 * total;
}

/** Φ(y − w/2) and Φ(y + w/2) on the grid of y from 0 on. */
type Grid = { low: Float64Array; high: Float64Array };
type Grids = { weights: number[]; grids: Grid[] };
let onGrid: Grid | undefined;
let coarse: Grids | undefined;
let fine: Grids | undefined;

function gridAt(w: number): Grid {
  const length = Math.ceil((edge + w / 2) / step);
  const at = (shift: number) => Float64Array.from({ length }, (_, i) => cdfWithin(i * step + shift));
  return { low: at(-w / 2), high: at(w / 2) };
}

const cdfWithin = (x: number): number => (x >= edge ? 1 : x <= -edge ? 0 : normalCdf(x));

/** For every w of so many nodes; no range of a sample that one can take is above 14 sigma. */
function gridsOver(count: number): Grids {
  const { nodes, weights } = gaussLegendre(count, 0, 14);
  return { weights, grids: nodes.map(gridAt) };
}

/** Nodes and weights of Gauss–Legendre integration from `from` to `to`, by Newton's method on the Legendre polynomial. */
export function gaussLegendre(count: number, from: number, to: number): { nodes: number[]; weights: number[] } {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let turn = 0; turn < 6; turn++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= count; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes.push(middle + half * x);
    weights.push((2 * half) / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}
