import { solveLinear } from './solve-linear.ts';

/** How many points in a row a trend and an alternation take; null where there is no such rule. */
export type OrderRules = { trend: number | null; alternating: number | null };

/**
 * Points until one of two rules about the order of points signals, on average: a trend or an alternation. It depends
 * neither on the distribution of the values nor on a shift, so they are taken to be uniform from 0 to 1.
 *
 * Let V_t(x) be the points still to come after a value x that was reached upwards and is the t-th turn in a row, and U_j(x)
 * those after the j-th step up in a row. Then V_t(x) = 1 + ∫ₓ¹ U_2 + ∫₀ˣ V_{t+1}(1−y) dy and
 * U_j(x) = 1 + ∫ₓ¹ U_{j+1} + ∫₀ˣ V_2(1−y) dy, what signals being 0 and what falls being what rises, mirrored. These are solved
 * at Chebyshev nodes, where integrals of such smooth functions are exact to double precision.
 */
export function orderRunLength(rules: OrderRules): number {
  const key = `${rules.trend} ${rules.alternating}`;
  const result = known.get(key) ?? solveOrder(rules);
  known.set(key, result);
  return result;
}

const known = new Map<string, number>();

function solveOrder({ trend, alternating }: OrderRules): number {
  if (trend === 2) return 2;
  const steps = trend === null ? 1 : trend - 2;
  const turns = alternating === null ? 1 : alternating - 2;
  // The states: V_1 to V_turns, then U_2 to U_steps. One step up in a row is the first turn.
  const size = (turns + Math.max(0, steps - 1)) * nodes;
  const up = (j: number) => (trend === null || j === 1 ? 0 : j > steps ? null : turns + j - 2);
  const turned = (t: number) => (alternating === null ? 0 : t > turns ? null : t - 1);
  const rows: number[][] = [];

  function equation(state: number, risesTo: number | null, fallsTo: number | null): void {
    for (let i = 0; i < nodes; i++) {
      const row = Array.from({ length: size + 1 }, () => 0);
      row[state * nodes + i] = 1;
      row[size] = 1;
      for (let k = 0; k < nodes; k++) {
        if (risesTo !== null) row[risesTo * nodes + k] = (row[risesTo * nodes + k] ?? 0) - entry(i, k);
        // ∫₀ˣ f(1−y) dy = ∫ from 1−x to 1 of f, and the node opposite of i is at 1−x.
        if (fallsTo !== null) row[fallsTo * nodes + k] = (row[fallsTo * nodes + k] ?? 0) - entry(nodes - 1 - i, k);
      }
      rows.push(row);
    }
  }

  for (let t = 1; t <= turns; t++) equation(t - 1, up(2), turned(t + 1));
  for (let j = 2; j <= steps; j++) equation(up(j) ?? 0, up(j + 1), turned(2));
  const solution = solveLinear(rows);
  // The first value x, then 1 + ∫ₓ¹ V_1 + ∫₀ˣ V_1(1−y) dy: over all x it is 2 + 2 ∫₀¹ y V_1(y) dy.
  const { points, weights } = chebyshev();
  return 2 + 2 * points.reduce((total, y, i) => total + (weights[i] ?? 0) * y * (solution[i] ?? 0), 0);
}

const nodes = 12;

type Grid = { points: number[]; weights: number[]; toEnd: number[][] };
let grid: Grid | undefined;

/** Nodes in ascending order, weights of ∫₀¹, and for each node the weights of the integral from it to 1. */
function chebyshev(): Grid {
  if (grid) return grid;
  const angles = Array.from({ length: nodes }, (_, i) => Math.PI - ((i + 0.5) * Math.PI) / nodes);
  // The k-th node's own polynomial as a sum of T_m: coefficient (2/n) T_m(x_k), half of it for m = 0.
  const coefficient = (k: number, m: number) => ((m === 0 ? 1 : 2) / nodes) * Math.cos(m * (angles[k] ?? 0));
  const integrals = (angle: number) =>
    Array.from({ length: nodes }, (_, m) => (primitive(m, 0) - primitive(m, angle)) / 2);
  const weightsFrom = (angle: number) => {
    const parts = integrals(angle);
    return angles.map((_, k) => parts.reduce((total, part, m) => total + coefficient(k, m) * part, 0));
  };
  grid = {
    points: angles.map((angle) => (1 + Math.cos(angle)) / 2),
    weights: weightsFrom(Math.PI),
    toEnd: angles.map(weightsFrom),
  };
  return grid;
}

const entry = (i: number, k: number): number => chebyshev().toEnd[i]?.[k] ?? 0;

/** A primitive of the m-th Chebyshev polynomial at cos(angle). */
function primitive(m: number, angle: number): number {
  if (m === 0) return Math.cos(angle);
  if (m === 1) return Math.cos(angle) ** 2 / 2;
  return (Math.cos((m + 1) * angle) / (m + 1) - Math.cos((m - 1) * angle) / (m - 1)) / 2;
}
